package refserver

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pageView is what the page's template prints. All decisions are made here, and the
// template escapes what comes from callers.
type pageView struct {
	Style   template.CSS
	Now     stampView
	Homes   []homeView
	Secrets int
	Omitted int
	Active  int
	Billed  string
	Events  []eventView
	Earlier int
}

// homeView is an organisation, or a project of one, in a region.
type homeView struct {
	Organisation, Project, Region string
	Secrets, Active               int // secrets that are shown, versions that are billable
	Billed                        string
	Folder                        folderView
}

type folderView struct {
	Name    string
	Folders []folderView
	Secrets []secretView
}

type secretView struct {
	Name        string
	Description string
	Current     int64 // 0: no version is active
	Key         string
	KeyTrouble  string // the key's status, where it is not active
	Facts       []factView
	Versions    []versionView
	Earlier     int
}

type factView struct{ Name, Text string }

type versionView struct {
	Number    int64
	State     string // "current", "active" or "destroyed"
	Format    string
	Created   stampView
	Read      *stampView
	Destroyed *stampView
	Life      lifeView
}

// lifeView is when a version could be read, on a line from 0 to 100 that begins with
// the secret and ends now.
type lifeView struct {
	From, Length string
	Read         string // where it was last read; empty for never
}

// markHalf keeps the mark of a read off the round ends of the line.
const markHalf = 0.75

type stampView struct{ Machine, People string }

type eventView struct {
	Time      stampView
	Event     string
	Where     string
	Secret    string
	Principal string
}

func newPageView(s snapshot) pageView {
	v := pageView{
		Style: template.CSS(pageCSS), //nolint:gosec // It is a file of this package.
		Now:   stamp(s.now), Secrets: len(s.secrets) + s.omitted, Omitted: s.omitted,
		Active: s.bill.ActiveVersions, Billed: inDays(s.bill.Seconds), Earlier: s.earlier,
	}
	bills := billsByHome(s.bill)
	secrets := map[place][]secretSnapshot{}
	for _, one := range s.secrets {
		secrets[one.at.home()] = append(secrets[one.at.home()], one)
	}
	// A home whose secrets are all deleted is still on the bill.
	for _, home := range slices.SortedFunc(maps.Keys(bills), place.compare) {
		bill := bills[home]
		v.Homes = append(v.Homes, homeView{
			Organisation: home.organisation, Project: home.project, Region: home.region,
			Secrets: len(secrets[home]), Active: bill.ActiveVersions, Billed: inDays(bill.Seconds),
			Folder: newFolderView("", folderOf(secrets[home]), s.now),
		})
	}
	for _, e := range s.events {
		v.Events = append(v.Events, newEventView(e))
	}
	return v
}

func billsByHome(bill Bill) map[place]Bill {
	bills := map[place]Bill{}
	for _, c := range bill.Charges {
		home := place{organisation: c.Organisation, project: c.Project, region: c.Region}
		one := bills[home]
		one.Seconds += c.Seconds
		if c.Until == nil {
			one.ActiveVersions++
		}
		bills[home] = one
	}
	return bills
}

func newFolderView(parent string, f *folder, now time.Time) folderView {
	v := folderView{Name: below(parent, f.path)}
	for _, sub := range f.folders {
		v.Folders = append(v.Folders, newFolderView(f.path, sub, now))
	}
	for _, s := range f.secrets {
		v.Secrets = append(v.Secrets, newSecretView(f.path, s, now))
	}
	return v
}

func newSecretView(parent string, s secretSnapshot, now time.Time) secretView {
	v := secretView{
		Name: below(parent, s.Path), Description: s.Description, Current: s.CurrentVersion,
		Key: s.KMSKey.Identity, Earlier: s.earlier,
	}
	if s.KMSKey.Status != string(KeyActive) {
		v.KeyTrouble = strings.ReplaceAll(s.KMSKey.Status, "_", " ")
	}
	v.Facts = append(v.Facts, pairs("label ", s.Labels)...)
	v.Facts = append(v.Facts, pairs("annotation ", s.Annotations)...)
	if s.AccessPolicy != nil {
		for _, c := range s.AccessPolicy.Conditions {
			v.Facts = append(v.Facts, factView{"access policy", c.Effect + " " + c.describe()})
		}
	}
	for _, one := range s.Versions {
		v.Versions = append(v.Versions, newVersionView(one, s.CreatedAt, now))
	}
	return v
}

func pairs(kind string, of map[string]string) []factView {
	var facts []factView
	for _, name := range slices.Sorted(maps.Keys(of)) {
		facts = append(facts, factView{kind + name, of[name]})
	}
	return facts
}

func newVersionView(j versionJSON, begin, now time.Time) versionView {
	v := versionView{Number: j.Version, State: j.Status, Format: "text", Created: stamp(j.CreatedAt)}
	if j.Stage != "" {
		v.State = j.Stage
	}
	if j.ValueFormat == formatKeyValue {
		v.Format = "key/value"
	}
	end := now
	if j.DestroyedAt != nil {
		at := stamp(*j.DestroyedAt)
		v.Destroyed, end = &at, *j.DestroyedAt
	}
	line := timeline{begin, now}
	from := line.place(j.CreatedAt)
	// Even a short life is to be seen.
	length := max(line.place(end)-from, 1)
	from = min(from, 100-length)
	v.Life = lifeView{From: decimal(from), Length: decimal(length)}
	if j.LastAccessedAt != nil {
		at := stamp(*j.LastAccessedAt)
		v.Read, v.Life.Read = &at, decimal(min(max(line.place(*j.LastAccessedAt), markHalf), 100-markHalf))
	}
	return v
}

// timeline is the time that a line from 0 to 100 stands for.
type timeline struct{ begin, end time.Time }

// place is where a time is on the line. A clock that was set back leaves times
// behind its end.
func (l timeline) place(t time.Time) float64 {
	whole := l.end.Sub(l.begin)
	if whole <= 0 {
		return 100
	}
	return min(max(100*t.Sub(l.begin).Seconds()/whole.Seconds(), 0), 100)
}

func newEventView(e Event) eventView {
	v := eventView{Time: stamp(e.Time), Event: e.Event, Where: e.Organisation, Secret: e.Region + e.Path, Principal: e.Principal}
	if e.Project != "" {
		v.Where += " / " + e.Project
	}
	if e.Version > 0 {
		v.Secret += "@" + strconv.FormatInt(e.Version, 10)
	}
	return v
}

func stamp(t time.Time) stampView {
	return stampView{Machine: t.UTC().Format(time.RFC3339), People: t.UTC().Format("2006-01-02 15:04:05")}
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

// inDays says how long versions were billable, to the hour.
func inDays(seconds int64) string {
	hours := seconds / 3600
	switch {
	case seconds < 3600:
		return fmt.Sprintf("%d min", seconds/60)
	case hours < 24:
		return fmt.Sprintf("%d h", hours)
	case hours%24 == 0:
		return fmt.Sprintf("%d d", hours/24)
	default:
		return fmt.Sprintf("%d d %d h", hours/24, hours%24)
	}
}
