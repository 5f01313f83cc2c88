package tfserver

import (
	"context"
	"sync"
)

// request is a method about a type of resource.
type request struct{ Method, Type string }

// Answers are how a request was answered.
type Answers struct {
	Method, Type string
	// Fast is the answer of the fast path, nil where it left the request to the framework.
	Fast any
	// Full is the answer of the framework to the same request.
	Full any
}

// ways are the two ways to answer requests about resources.
type ways struct {
	provider  ProviderWithFastPath // nil for none
	worksOut  sync.Once
	fastPaths map[string]*fastPath // by the type of a resource, once they are worked out
	watch     func(Answers)        // nil for none
	stops     stops
}

// eitherWay answers by the fast path, and by the framework where that declines.
func eitherWay[Req, Resp any](ctx context.Context, w *ways, about request, req Req,
	fast func(*fastPath, context.Context, Req) *Resp, full func(context.Context, Req) (*Resp, error),
) (*Resp, error) {
	ctx, end := requestContext(context.WithValue(ctx, onceKey{}, map[string]any{}))
	defer end()
	var quick *Resp
	if path := w.fastPath(ctx, about.Type); path != nil {
		during, stopped := w.stops.during(ctx)
		quick = fast(path, during, req)
		stopped()
	}
	if quick != nil && w.watch == nil {
		return quick, nil
	}
	resp, err := full(ctx, req)
	if w.watch != nil && err == nil {
		answers := Answers{Method: about.Method, Type: about.Type, Full: resp}
		if quick != nil {
			answers.Fast = quick
		}
		w.watch(answers)
	}
	if quick != nil {
		return quick, nil
	}
	return resp, err
}

// fastPath is that of a type of resource, nil where there is none. The first request works
// all of them out.
func (w *ways) fastPath(ctx context.Context, typeName string) *fastPath {
	w.worksOut.Do(func() {
		if w.provider != nil {
			w.fastPaths, _ = fastPathsOf(ctx, w.provider) // A test holds the provider to having all.
		}
	})
	return w.fastPaths[typeName]
}

// stops cancels the requests that are under way when Terraform stops the provider, as the
// framework does. Later requests are not cancelled.
type stops struct {
	mu      sync.Mutex
	running map[*context.CancelFunc]struct{}
}

// during is a context that ends with a stop. The caller calls done when it is over.
func (s *stops) during(ctx context.Context) (during context.Context, done func()) {
	during, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.running = map[*context.CancelFunc]struct{}{}
	}
	s.running[&cancel] = struct{}{}
	return during, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, &cancel)
		cancel()
	}
}

func (s *stops) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for cancel := range s.running {
		(*cancel)()
	}
}
