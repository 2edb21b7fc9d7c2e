package job

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestCheckNamesTheOffendingField(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 600<<10)
	for name, tc := range map[string]struct {
		spec  Spec
		field string
	}{
		"long name":             {Spec{Name: long[:257]}, "name"},
		"control character":     {Spec{Name: "a\nb"}, "name"},
		"bad utf-8":             {Spec{Site: "\xff"}, "site"},
		"nul in executable":     {Spec{Executable: "/bin/\x00"}, "executable"},
		"nul in argument":       {Spec{Arguments: []string{"a", "\x00"}}, "arguments[1]"},
		"long argument":         {Spec{Arguments: []string{long[:129<<10]}}, "arguments[0]"},
		"many arguments":        {Spec{Arguments: make([]string, 10_001)}, "arguments"},
		"both programs":         {Spec{Executable: "a", Script: "b"}, "script"},
		"variable with equals":  {Spec{Environment: map[string]string{"A=B": ""}}, "environment"},
		"variable with a dot":   {Spec{Environment: map[string]string{"A.B": ""}}, "environment"},
		"parameter with a dash": {Spec{Parameters: map[string]string{"A-B": ""}}, "parameters"},
		"sweep with directives": {Spec{Executable: "x", Directives: "f", Sweep: []Axis{{Kind: SweepParameter, Name: "X", Values: []string{"1"}}}}, "directives"},
		"empty variable":        {Spec{Environment: map[string]string{"": "x"}}, "environment"},
		"variable like number":  {Spec{Environment: map[string]string{"1A": "x"}}, "environment"},
		"nul in value":          {Spec{Environment: map[string]string{"A": "\x00"}}, "environment.A"},
		"absolute stdout":       {Spec{Stdout: "/etc/passwd"}, "stdout"},
		"stderr outside":        {Spec{Stderr: "a/../../b"}, "stderr"},
		"stdin is directory":    {Spec{Stdin: "a/"}, "stdin"},
		"input outside":         {Spec{Inputs: []Input{{Path: "../x"}}}, "inputs[0].path"},
		"input without name":    {Spec{Inputs: []Input{{Path: "a"}, {Path: "."}}}, "inputs[1].path"},
		"odd permissions":       {Spec{Inputs: []Input{{Path: "a", Permissions: "0777"}}}, "inputs[0].permissions"},
		"input mode":            {Spec{Inputs: []Input{{Path: "a", Mode: "prepend"}}}, "inputs[0].mode"},
		"input after nothing":   {Spec{Inputs: []Input{{Path: "a"}, {Path: "b", After: 1}}}, "inputs[1].after"},
		"input before all":      {Spec{Inputs: []Input{{Path: "a", After: -1}}}, "inputs[0].after"},
		"large input":           {Spec{Inputs: []Input{{Path: "a", Data: long[:257<<10]}}}, "inputs[0].data"},
		"many inputs":           {Spec{Inputs: make([]Input, 101)}, "inputs"},
		"output outside":        {Spec{Outputs: []string{"*", ".."}}, "outputs[1]"},
		"output no pattern":     {Spec{Outputs: []string{"[a"}}, "outputs[0]"},
		"priority":              {Spec{Priority: 11}, "priority"},
		"negative priority":     {Spec{Priority: -1}, "priority"},
		"negative memory":       {Spec{Limits: Resources{Memory: -1}}, "resources.memory"},
		"runtime beyond clocks": {Spec{Limits: Resources{Runtime: 1 << 60}}, "resources.runtime"},
		"empty tag":             {Spec{Tags: []string{""}}, "tags[0]"},
		"two programs":          {Spec{Executable: "a", Command: "b"}, "command"},
		"no application":        {Spec{Application: &Application{}}, "application.name"},
		"nul in command":        {Spec{Command: "\x00"}, "command"},
		"long pre-command":      {Spec{Pre: &Hook{Script: long}}, "pre.script"},
		"post-command":          {Spec{Post: &Hook{Script: "\xff"}}, "post.script"},
		"parameter's name":      {Spec{Parameters: map[string]string{"a b": ""}}, "parameters"},
		"umask":                 {Spec{Umask: "888"}, "umask"},
		"import outside":        {Spec{Imports: []Transfer{{From: "https://x/a", To: "../a"}}}, "imports[0].to"},
		"import from nowhere":   {Spec{Imports: []Transfer{{To: "a"}}}, "imports[0].from"},
		"export outside":        {Spec{Exports: []Transfer{{From: "/etc/passwd", To: "https://x/a"}}}, "exports[0].from"},
		"mode of transfer":      {Spec{Exports: []Transfer{{From: "a", To: "https://x/a", Mode: "maybe"}}}, "exports[0].mode"},
		"wide sweep":            {Spec{Sweep: []Axis{{Kind: SweepParameter, Name: "A", Values: make([]string, 15)}, {Kind: SweepParameter, Name: "B", Values: make([]string, 15)}}}, "sweep"},
		"sweep of nothing":      {Spec{Sweep: []Axis{{Kind: SweepParameter, Name: "A"}}}, "sweep[0].values"},
		"sweep of no argument":  {Spec{Sweep: []Axis{{Kind: SweepArgument, At: 0, Values: []string{"1"}}}}, "sweep[0].at"},
		"sweep of no import":    {Spec{Sweep: []Axis{{Kind: SweepImport, At: -1, Values: []string{"1"}}}}, "sweep[0].at"},
		"strange sweep":         {Spec{Sweep: []Axis{{Kind: "x", Values: []string{"1"}}}}, "sweep[0].kind"},
		"sweep's name":          {Spec{Sweep: []Axis{{Kind: SweepParameter, Name: "1", Values: []string{"1"}}}}, "sweep[0].name"},
		"strange condition":     {Spec{Awaits: []Dependency{{Job: "a", On: "monday"}}}, "awaits[0].on"},
		"many dependencies":     {Spec{Awaits: make([]Dependency, 101)}, "awaits"},
		"notified by mail":      {Spec{Notify: &Notification{URL: "mailto:a@b.example"}}, "notify.url"},
		"notified by secret":    {Spec{Notify: &Notification{URL: "https://me:secret@x.example/"}}, "notify.url"},
		"notified of nothing":   {Spec{Notify: &Notification{URL: "https://x", States: []State{"x"}}}, "notify.states[0]"},
		"kind":                  {Spec{Kind: "x"}, "kind"},
		"banned site":           {Spec{BannedSites: []string{"a\nb"}}, "banned_sites[0]"},
		"negative GPUs":         {Spec{Limits: Resources{GPUs: -1}}, "resources.gpus"},
		"other resource":        {Spec{Limits: Resources{Other: map[string]string{"a": "\x00"}}}, "resources.other.a"},
		"broken document":       {Spec{Origin: &Origin{Document: json.RawMessage("{")}}, "origin.document"},
		"whole too large":       {Spec{Inputs: []Input{{Path: "a", Data: long[:200<<10]}, {Path: "b", Data: long[:200<<10]}, {Path: "c", Data: long[:200<<10]}}}, "spec"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := DefaultLimits().Check(tc.spec)
			if !slices.ContainsFunc(found, func(p Problem) bool { return p.Field == tc.field }) {
				t.Errorf("got %v, want a problem with %s", found, tc.field)
			}
		})
	}
}

func TestCheckFindsAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	found := DefaultLimits().Check(Spec{Name: "\x00", Priority: 99, Stdout: "..", Limits: Resources{CPUs: -1}})
	var fields []string
	for _, p := range found {
		fields = append(fields, p.Field)
	}
	want := []string{"name", "stdout", "priority", "resources.cpus"}
	if !slices.Equal(fields, want) {
		t.Errorf("got %v, want %v", fields, want)
	}
}

func TestCheckIsShortOfBreath(t *testing.T) {
	t.Parallel()
	args := make([]string, 10_000)
	for i := range args {
		args[i] = "\x00"
	}
	if n := len(DefaultLimits().Check(Spec{Arguments: args})); n != maxProblems {
		t.Errorf("%d problems, want %d", n, maxProblems)
	}
}

func TestCheckLetsGoodDescriptionsPass(t *testing.T) {
	t.Parallel()
	good := Spec{
		Name: "Größe", Executable: "/bin/echo", Arguments: []string{"", "two words", "line\nbreak"},
		Environment: map[string]string{"PATH": "/bin", "lower_name_2": ""},
		Stdin:       "in/put.txt", Stdout: "out", Stderr: "..err", Inputs: []Input{{Path: "a/b", Data: "x"}},
		Outputs: []string{"*.dat", "dir/[a-c]"}, Priority: 10, Tags: []string{"a"},
		Limits: Resources{CPUs: 1, Memory: 1 << 30, Runtime: 3600, Nodes: 1},
		Origin: &Origin{Dialect: "unicore", Document: json.RawMessage(`{}`)},
	}
	if found := DefaultLimits().Check(good); len(found) > 0 {
		t.Errorf("unexpected: %v", found)
	}
}

func TestCheckLetsTheWholeFormPass(t *testing.T) {
	t.Parallel()
	s := whole()
	s.Arguments, s.Kind, s.Directives = []string{"", ""}, "", ""
	if found := DefaultLimits().Check(s); len(found) > 0 {
		t.Errorf("unexpected: %v", found)
	}
	s.Sweep, s.Directives = nil, "bss/file"
	if found := DefaultLimits().Check(s); len(found) > 0 {
		t.Errorf("without its sweep: %v", found)
	}
}

func FuzzCheckNeverPanics(f *testing.F) {
	f.Add(`{"executable":"a","arguments":["b"],"inputs":[{"path":"../a"}]}`)
	f.Add(`{"origin":{"document":1}}`)
	f.Fuzz(func(t *testing.T, doc string) {
		var s Spec
		if json.Unmarshal([]byte(doc), &s) != nil {
			return
		}
		if found := DefaultLimits().Check(s); len(found) == 0 {
			if b, err := json.Marshal(s); err != nil || len(b) > DefaultLimits().Spec {
				t.Fatalf("passed, and yet %v, %d bytes", err, len(b))
			}
		}
	})
}
