package match

import (
	"reflect"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestPlacesRefuseWhatTheyCannotRun(t *testing.T) {
	t.Parallel()
	p := Place{Site: "HERE", About: jobsapi.SiteReport{
		Capacity: jobsapi.Capacity{Slots: 8, CPUs: 8, Nodes: 1, Memory: 1000},
		Queues: []jobsapi.Queue{
			{Name: "day", Ranges: map[string]jobsapi.Range{
				"runtime": {Max: 600}, "cpus": {Min: 2, Max: 4, Default: "2"}, "project": {Choices: []string{"p1", "p2"}},
				"partition": {Choices: []string{"blue"}}, "licences": {Max: 3}, "note": {},
			}},
			{Name: "night"},
		},
		Applications: []jobsapi.ApplicationInfo{{Application: jobsapi.Application{Name: "Date", Version: "1.0"}}},
		Tags:         []string{"ssd"},
	}}
	other := func(name, v string) jobsapi.Resources { return jobsapi.Resources{Other: map[string]string{name: v}} }
	for name, tc := range map[string]struct {
		d    Demand
		want string // the field and the words
	}{
		"nothing special":       {Demand{}, ""},
		"all that there is":     {Demand{Sites: []string{"THERE", "HERE"}, Requires: []string{"ssd"}, Queue: "day", Project: "p2", Needs: jobsapi.Resources{CPUs: 4, Runtime: 600, Memory: 1000, Other: map[string]string{"partition": "blue", "licences": "3", "note": "x"}}}, ""},
		"another site":          {Demand{Sites: []string{"THERE"}}, "site: HERE is not where the job may run"},
		"banned":                {Demand{Banned: []string{"HERE"}}, "site: HERE is not where the job may run"},
		"a tag":                 {Demand{Requires: []string{"ssd", "gpu"}}, `requires: HERE does not offer "gpu"`},
		"no queue":              {Demand{Queue: "nope"}, `queue: there is no queue "nope" at HERE; there is day, night`},
		"too long":              {Demand{Needs: jobsapi.Resources{Runtime: 601}}, "resources.runtime: is 601; the queue day at HERE has at most 600"},
		"too little":            {Demand{Needs: jobsapi.Resources{CPUs: 1}}, "resources.cpus: is 1; the queue day at HERE takes no less than 2"},
		"too many cores":        {Demand{Queue: "night", Needs: jobsapi.Resources{CPUs: 9999}}, "resources.cpus: comes to 9999; a machine of HERE has 8"},
		"too many together":     {Demand{Queue: "night", Needs: jobsapi.Resources{CPUsPerNode: 4, Nodes: 3}}, "resources.nodes: comes to 3; a machine of HERE has 1; resources.cpus: comes to 12; a machine of HERE has 8"},
		"too much memory":       {Demand{Needs: jobsapi.Resources{Memory: 1001}}, "resources.memory: comes to 1001; a machine of HERE has 1000"},
		"accelerators":          {Demand{Needs: jobsapi.Resources{GPUs: 1}}, "resources.gpus: comes to 1; a machine of HERE has 0"},
		"a project":             {Demand{Project: "p3"}, `project: is "p3"; the queue day at HERE has p1, p2`},
		"a choice":              {Demand{Needs: other("partition", "red")}, `resources.other.partition: is "red"; the queue day at HERE has blue`},
		"too many of its own":   {Demand{Needs: other("licences", "4")}, "resources.other.licences: is 4; the queue day at HERE has at most 3"},
		"no number":             {Demand{Needs: other("licences", "x")}, `resources.other.licences: is "x", not a number`},
		"an unknown resource":   {Demand{Needs: other("beds", "1")}, "resources.other.beds: is no resource of the queue day at HERE"},
		"an application":        {Demand{Application: &jobsapi.Application{Name: "Time"}}, "application: there is no application Time at HERE"},
		"a version":             {Demand{Application: &jobsapi.Application{Name: "Date", Version: "2"}}, "application: there is no application Date 2 at HERE"},
		"the latest version":    {Demand{Application: &jobsapi.Application{Name: "Date"}}, ""},
		"a machine of its own":  {Demand{Needs: jobsapi.Resources{Exclusive: true}}, ""},
		"the queue's own cores": {Demand{Queue: "night", Needs: jobsapi.Resources{CPUs: 8}}, ""},
	} {
		got := ""
		for i, problem := range p.Refuses(tc.d) {
			if i > 0 {
				got += "; "
			}
			got += problem.Field + ": " + problem.Message
		}
		if got != tc.want {
			t.Errorf("%s: %s\n want %s", name, got, tc.want)
		}
		if again, err := ParseDemand(tc.d.Key()); err != nil || !reflect.DeepEqual(again, tc.d) {
			t.Errorf("%s: read again it is %+v, %v", name, again, err)
		}
	}
	if need := p.Need(Demand{Needs: jobsapi.Resources{Exclusive: true}}); need.CPUs != 8 {
		t.Errorf("a machine of its own is %+v", need)
	}
	if need := p.Need(Demand{}); need.CPUs != 2 {
		t.Errorf("the queue's default is %+v", need)
	}
	if need := p.Need(Demand{Within: "a", Needs: jobsapi.Resources{Exclusive: true}}); need.CPUs != 1 {
		t.Errorf("in an allocation it is %+v", need)
	}
	inside, outside := Demand{Within: "a"}, Demand{}
	for _, p := range []Place{{Within: "a"}, {Within: "b"}, {}} {
		if fits := len(p.Refuses(inside)) == 0; fits != (p.Within == "a") {
			t.Errorf("a job in the allocation a fits %q: %v", p.Within, fits)
		}
		if fits := len(p.Refuses(outside)) == 0; fits != (p.Within == "") {
			t.Errorf("a job in no allocation fits %q: %v", p.Within, fits)
		}
	}
	if got := (Place{Site: "NEW"}).Refuses(Demand{Queue: "any", Needs: jobsapi.Resources{CPUs: 99}}); len(got) > 0 {
		t.Errorf("a place of which nothing is known refuses: %+v", got)
	}
}
