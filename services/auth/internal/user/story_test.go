package user

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	estest.Scenarios(t, es.NewDecider(Decide, Evolve, Events()), map[string]Command{
		"register": Register{}, "join": Join{}, "change_password": ChangePassword{}, "disable": Disable{}, "enable": Enable{},
		"leave": Leave{}, "set_default": SetDefault{}, "give": Give{}, "take": Take{}, "set_perms": SetPerms{}, "set_role_names": SetRoleNames{}, "drop_role_name": DropRoleName{}, "set_real_name": SetRealName{}, "set_email": SetEmail{},
		"suspend": Suspend{}, "resume": Resume{}, "sign_in": SignIn{}, "end_sessions": EndSessions{},
		"add_certificate": AddCertificate{}, "remove_certificate": RemoveCertificate{}, "add_login": AddLogin{}, "remove_login": RemoveLogin{},
		"add_key": AddKey{}, "remove_key": RemoveKey{}, "link": Link{}, "unlink": Unlink{},
	})
}
