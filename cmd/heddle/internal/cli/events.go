package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

func (e *env) events() *cobra.Command {
	var job, after string
	var once bool
	c := &cobra.Command{
		Use: "events", Short: "Follow what happens to your things",
		Long: `Follows events as they happen. A broken connection is taken up where it ended;
the cursor in front of each line (--after) does the same for a new call.`,
		Example: `  heddle events
  heddle events --job 0f3k9m2p1qs --after 0
  heddle events -o jsonl | jq .type`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			q := url.Values{}
			if job != "" {
				q.Set("job", job)
			}
			return cl.Events(cmd.Context(), q, after, !once, e.printEvent)
		},
	}
	c.Flags().StringVar(&job, "job", "", "only of this job")
	c.Flags().StringVar(&after, "after", "", "begin behind this cursor (0: the beginning)")
	c.Flags().BoolVar(&once, "no-follow", false, "end at the present")
	return c
}

func (e *env) printEvent(ev api.Event) error {
	if e.isJSON() {
		return e.json(ev.Data)
	}
	var ce struct {
		Subject string          `json:"subject"`
		Time    time.Time       `json:"time"`
		Data    json.RawMessage `json:"data"`
	}
	_ = json.Unmarshal(ev.Data, &ce) // what is missing is left blank
	data := string(ce.Data)
	if len(data) > 120 {
		data = data[:120] + "…"
	}
	_, err := fmt.Fprintf(e.out, "%s  %s  %-28s %-16s %s\n", ev.Cursor, ce.Time.Local().Format("15:04:05.000"), ev.Type, ce.Subject, clean(data))
	return err
}
