package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// The simulation goes beyond what a CLI can do on one machine: a run that refreshes
// up to a hundred thousand secrets, at the level of the client and the inventory. A
// process of its own plays the provider, so that its memory is not the server's.

const simulateCommand = "simulate-client"

// workers are how many resources Terraform refreshes at a time.
const workers = 10

// individualUpTo is how far reading one by one is simulated: what it takes is
// proportional, and minutes of waiting show no more.
const individualUpTo = 10_000

// simulated is one refresh of so many secrets.
type simulated struct {
	secrets  int
	strategy inventory.Strategy
	requests int
	wall     time.Duration
	process  usage
}

// sizes are the steps of the simulation.
func sizes(most int) []int {
	var steps []int
	for _, n := range []int{100, 300, 1000, 3000, 10_000, 30_000, 100_000} {
		if n < most {
			steps = append(steps, n)
		}
	}
	return append(steps, most)
}

func simulate(ctx context.Context, most int, latency time.Duration) ([]simulated, error) {
	svc, err := newService(ctx, 0)
	if err != nil {
		return nil, err
	}
	defer svc.close()
	var all []simulated
	made := 0
	for _, n := range sizes(most) {
		svc.latency = 0
		if err := errors.Join(svc.limit(0), svc.create(ctx, made, n)); err != nil {
			return nil, err
		}
		made = n
		svc.latency = latency
		if err := svc.limit(0); err != nil {
			return nil, err
		}
		for _, strategy := range []inventory.Strategy{inventory.Auto, inventory.Individual} {
			if strategy == inventory.Individual && n > individualUpTo {
				continue
			}
			one, err := svc.refresh(ctx, n, strategy)
			if err != nil {
				return nil, fmt.Errorf("simulating %d secrets, %s: %w", n, strategy, err)
			}
			fmt.Fprintf(os.Stderr, "%6d secrets simulated, %-10s %7.2f s  %5d requests  %4d MiB\n", n, strategy, one.wall.Seconds(), one.requests, one.process.PeakMemory>>20)
			all = append(all, one)
		}
	}
	return all, nil
}

// simulatedPath spreads the secrets over the directories of twenty teams.
func simulatedPath(i int) (secretpath.SecretID, error) {
	return secretpath.NewSecretID(region, fmt.Sprintf("/simulated/team-%d/secret-%d", i%20, i))
}

// create makes the secrets from one number up to another.
func (s *service) create(ctx context.Context, from, to int) error {
	api, err := clientOf(s.url)
	if err != nil {
		return err
	}
	return eachOf(from, to, func(i int) error {
		id, err := simulatedPath(i)
		if err == nil {
			_, err = api.CreateSecret(ctx, client.NewSecret{
				ID: id, KMSKey: kmsKey, Description: "one of many", Labels: map[string]string{"team": strconv.Itoa(i % 20)},
				Value: client.GeneratedValue(32), Creation: strconv.Itoa(i),
			})
		}
		return err
	})
}

// refresh lets a process refresh that many secrets. A meter starts it: what a process
// is told to have taken at most begins with what the one that started it had, and this
// one holds the server with all secrets.
func (s *service) refresh(ctx context.Context, n int, strategy inventory.Strategy) (one simulated, err error) {
	one = simulated{secrets: n, strategy: strategy}
	self, err := os.Executable()
	if err != nil {
		return one, err
	}
	dir, err := os.MkdirTemp("", "simulation")
	if err != nil {
		return one, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	const name = "simulation"
	if err := installMeter(dir, name, self); err != nil {
		return one, err
	}
	mark := s.mark()
	command := exec.CommandContext(ctx, filepath.Join(dir, providerPrefix+name), simulateCommand, s.url, string(strategy), strconv.Itoa(n)) //nolint:gosec // It is this program.
	command.Env = append(os.Environ(), usageVariable+"="+dir)
	command.Stderr = os.Stderr
	said, err := command.Output()
	if err != nil {
		return one, err
	}
	if err := json.Unmarshal(said, &one.wall); err != nil {
		return one, err
	}
	requests, _ := s.requestsSince(mark)
	one.requests = total(requests)
	one.process, err = collectUsage(dir)
	return one, err
}

// simulateClient is the process that plays the provider. It prints how long the
// refresh took.
func simulateClient(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: %s URL STRATEGY N", simulateCommand)
	}
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	api, err := clientOf(args[0])
	if err != nil {
		return err
	}
	inv := inventory.New(api, inventory.Strategy(args[1]))
	began := time.Now()
	err = eachOf(0, n, func(i int) error {
		id, err := simulatedPath(i)
		if err != nil {
			return err
		}
		// What a container compares, in short: the same life, the same current version.
		secret, unchanged, err := inv.Refresh(ctx, id, func(e inventory.Entry) bool {
			return e.CurrentVersion == 1 && e.Description == "one of many" && e.KMSKey.Identity == kmsKey
		})
		if err == nil && !unchanged && secret.CurrentVersion != 1 {
			err = fmt.Errorf("%s is not what was created", id)
		}
		return err
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(time.Since(began))
}

func clientOf(url string) (*client.Client, error) {
	return client.New(client.Config{Endpoint: url, Organisation: organisation, Credentials: client.Token(token)})
}

// eachOf does something for each number, as many at a time as Terraform does.
func eachOf(from, to int, do func(i int) error) error {
	next, failed := make(chan int), make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := range next {
				if failed[w] == nil {
					failed[w] = do(i)
				}
			}
		})
	}
	for i := from; i < to; i++ {
		next <- i
	}
	close(next)
	all.Wait()
	return errors.Join(failed...)
}
