package core4

import (
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/doctext"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Permissions are written against these names: they stay.
//
// covers: C2-022 C2-029
func TestHandlersHaveTheirNames(t *testing.T) {
	t.Parallel()
	d := &door{}
	const under = "core4.api.v1.request."
	want := map[string]string{"/login": "standard.login.LoginHandler", "/reset": "standard.login.LoginHandler",
		"/logout": "standard.logout.LogoutHandler", "/profile": "standard.profile.ProfileHandler",
		"/roles": "role.main.RoleHandler", "/roles/(.*)": "role.main.RoleHandler",
		"/setting": "standard.setting.SettingHandler", "/setting/(.*)": "standard.setting.SettingHandler",
		"/avatar": "standard.avatar.AvatarHandler", "/about": "standard.about.AboutHandler",
		"/welcome": "standard.welcome.WelcomeHandler", "/system": "standard.system.SystemHandler",
		"/jobs/history": "queue.history.JobHistoryHandler", "/queue/history(.*)": "queue.history.QueueHistoryHandler",
		"/queue": "queue.state.QueueHandler", "/event": "standard.event.EventHandler", "/event/history": "standard.event.EventHistoryHandler",
		"/job": "job.JobRequest", "/job/(.+)": "job.JobRequest",
		"/jobs/poll": "queue.job.JobStream", "/jobs/poll/(.*)": "queue.job.JobStream", "/jobs/list": "queue.job.JobList",
		"/jobs/enqueue": "queue.job.JobPost", "/enqueue": "queue.job.JobPost",
		"/jobs": "queue.job.JobHandler", "/jobs/(.*)": "queue.job.JobHandler",
		"/log/?": "standard.log.LogHandler", "/store": "store.handler.StoreHandler", "/store(/.*)": "store.handler.StoreHandler"}
	for _, rule := range slices.Concat(d.standard(), d.administration(), d.counting(), d.work(), d.settingRules(), d.avatarRules(), d.storeRules(), d.logRules(), d.installation(), d.events()) {
		documented(t, rule.Handler)
		if rule.Handler.Qual != under+want[rule.Pattern] || rule.Handler.Public != (rule.Handler.Qual == under+"standard.login.LoginHandler") {
			t.Errorf("%s is %+v", rule.Pattern, rule.Handler)
		}
		delete(want, rule.Pattern)
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
	seeds := perm.Compile([]string{"api://core4.api.v1.request.standard.LoginHandler"})
	if !seeds.API("POST", d.loginHandler().Names()...) || seeds.API("POST", d.logoutHandler().Names()...) {
		t.Error("the login handler goes by the manual's name too")
	}
}

// documented demands every section of the documentation of every method.
func documented(t *testing.T, h *app.Handler) {
	t.Helper()
	for method := range h.Methods {
		text := doctext.Parse(h.Docs[method].Text)
		for _, part := range doctext.Parts() {
			if !text.Has(part) {
				t.Errorf("%s %s: no %s", h.Qual, method, part.Heading())
			}
		}
	}
}

func TestStatesOfJobs(t *testing.T) {
	t.Parallel()
	total := 0
	for _, word := range []string{pending, running, complete, deferred, failed, inactive, errored, killed} {
		for _, s := range statesOf(word) {
			total++
			if stateWords[s] != word {
				t.Errorf("%s is %s", s, stateWords[s])
			}
		}
	}
	if total != len(jobsapi.States()) || len(stateWords) != total {
		t.Errorf("%d of %d states have a word", total, len(jobsapi.States()))
	}
	for word, want := range map[string]any{pending: "waiting", deferred: "waiting", failed: "waiting", running: "running",
		complete: nil, killed: "stopped", inactive: "stopped", errored: "stopped"} {
		if got := highState(word); got != want {
			t.Errorf("%s is %v", word, got)
		}
	}
}
