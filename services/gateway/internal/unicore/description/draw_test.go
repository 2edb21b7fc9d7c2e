package description_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

type object = lenient.Object

// maybe draws a member, or leaves it out.
func maybe(t *rapid.T, o *object, name string, value func() any) {
	if rapid.Bool().Draw(t, "has "+name) {
		*o = append(*o, lenient.Member{Name: name, Value: value()})
	}
}

// drawDescription draws a valid description, with whatever there can be in it.
func drawDescription(t *rapid.T) object {
	text := func() any { return rapid.StringMatching(`[ -~äß]{1,12}`).Draw(t, "text") }
	word := func() any { return rapid.StringMatching(`[a-z]{1,6}`).Draw(t, "word") }
	path := func() any { return rapid.StringMatching(`/?[a-z]{1,4}(/[a-z *]{1,3}x)?`).Draw(t, "path") }
	flag := func() any { return rapid.SampledFrom([]any{true, false, "true", "False"}).Draw(t, "flag") }
	number := func() any { return fmt.Sprint(rapid.IntRange(1, 1000).Draw(t, "number")) }
	list := func(of func() any) any {
		var out []any
		for range rapid.IntRange(1, 3).Draw(t, "many") {
			out = append(out, of())
		}
		return out
	}
	swept := func() any { return object{{Name: "Values", Value: list(text)}} }
	variables := func(sweep bool) any {
		var o object
		for i := range rapid.IntRange(0, 3).Draw(t, "variables") {
			v := text()
			if sweep && rapid.Bool().Draw(t, "swept") {
				v = swept()
			}
			o = append(o, lenient.Member{Name: fmt.Sprintf("V%d", i), Value: v})
		}
		return o
	}
	var d object
	runs := rapid.Bool().Draw(t, "runs")
	if runs {
		d = append(d, lenient.Member{Name: "Executable", Value: "x" + text().(string)})
		maybe(t, &d, "User precommand", func() any { return list(text) })
		maybe(t, &d, "User postcommand", text)
	}
	for _, m := range []struct {
		name  string
		value func() any
	}{
		{"Name", text}, {"ApplicationName", word}, {"ApplicationVersion", word}, {"Project", text}, {"Tags", func() any { return list(word) }},
		{"Stdin", path}, {"Stdout", path}, {"Stderr", path}, {"haveClientStageIn", flag}, {"IgnoreNonZeroExitCode", flag},
		{"RunUserPrecommandOnLoginNode", flag}, {"RunUserPostcommandOnLoginNode", flag}, {"UserPrecommandIgnoreNonZeroExitCode", flag},
		{"UserPostcommandIgnoreNonZeroExitcode", flag}, {"Umask", func() any { return "027" }}, {"User email", text}, {"Login node", text},
		{"Job type", func() any {
			return rapid.SampledFrom([]any{"batch", "normal", "ON_LOGIN_NODE", "interactive", "raw", "ALLOCATE"}).Draw(t, "type")
		}},
		{"Arguments", func() any {
			return list(func() any {
				if rapid.Bool().Draw(t, "swept") {
					return swept()
				}
				return text()
			})
		}},
		{"Parameters", func() any { return variables(true) }}, {"Environment", func() any { return variables(false) }},
		{"Not before", func() any {
			return rapid.SampledFrom([]any{"12:00", "2027-01-01 00:00", "2027-01-01T00:00:00+0100"}).Draw(t, "time")
		}},
		{"Notification", func() any { return "https://x/" + word().(string) }},
		{"NotificationSettings", func() any {
			o := object{{Name: "URL", Value: "https://x"}}
			maybe(t, &o, "status", func() any {
				return list(func() any { return rapid.SampledFrom([]any{"READY", "running", "FAILED"}).Draw(t, "state") })
			})
			maybe(t, &o, "bssStatus", func() any { return list(word) })
			return o
		}},
		{"Resources", func() any {
			var o object
			for _, name := range []string{"Runtime", "Memory", "Nodes", "TotalCPUs", "CPUsPerNode", "GPUsPerNode"} {
				maybe(t, &o, name, number)
			}
			for _, name := range []string{"Queue", "Project", "Reservation", "QoS", "Colour"} {
				maybe(t, &o, name, word)
			}
			maybe(t, &o, "Exclusive", flag)
			return o
		}},
		{"Imports", func() any {
			return list(func() any {
				o := object{{Name: "To", Value: path()}}
				switch rapid.IntRange(0, 3).Draw(t, "source") {
				case 0:
					o = append(o, lenient.Member{Name: "Data", Value: text()})
					maybe(t, &o, "Mode", func() any { return rapid.SampledFrom([]any{"append", "NoOverwrite", "overwrite"}).Draw(t, "mode") })
				case 1:
					o = append(o, lenient.Member{Name: "From", Value: list(func() any { return "https://x/" + word().(string) })})
				case 2:
					o = append(o, lenient.Member{Name: "From", Value: "https://x/" + word().(string)})
					maybe(t, &o, "Mode", func() any { return "append" })
				default:
					o = append(o, lenient.Member{Name: "From", Value: rapid.SampledFrom([]any{"https://heddle.example:8443/A/rest/core/storages/s-1/files/d%20e/f?.txt",
						"BFT:http://heddle.example:8443/DEMO-SITE/rest/core/storages/s-2/files/", "/data/x", "link:/data/y"}).Draw(t, "end")})
				}
				maybe(t, &o, "Permissions", func() any { return "rwxr-x---" })
				maybe(t, &o, "FailOnError", flag)
				maybe(t, &o, "ReadOnly", flag)
				maybe(t, &o, "Credentials", func() any { return object{{Name: "Token", Value: word()}} })
				maybe(t, &o, "ExtraParameters", func() any { return variables(false) })
				return o
			})
		}},
		{"Exports", func() any {
			return list(func() any {
				o := object{{Name: "From", Value: path()}, {Name: "To", Value: "https://x/" + word().(string)}}
				maybe(t, &o, "FailOnError", flag)
				return o
			})
		}},
	} {
		maybe(t, &d, m.name, m.value)
	}
	return append(d, lenient.Member{Name: "BSS file", Value: "job.sbatch"})
}
