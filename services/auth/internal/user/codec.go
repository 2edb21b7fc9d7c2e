package user

import "encoding/json"

// The types of the events in the journal, written by hand and for ever.
const (
	typeRegistered         = "auth.user.registered.v1"
	typePasswordChanged    = "auth.user.password_changed.v1"
	typeDisabled           = "auth.user.disabled.v1"
	typeEnabled            = "auth.user.enabled.v1"
	typeGroupJoined        = "auth.user.group_joined.v1"
	typeGroupLeft          = "auth.user.group_left.v1"
	typeDefaultGroupSet    = "auth.user.default_group_set.v1"
	typeRoleGiven          = "auth.user.role_given.v1"
	typeRoleTaken          = "auth.user.role_taken.v1"
	typeCore4Changed       = "auth.user.core4_changed.v1"
	typeProfileChanged     = "auth.user.profile_changed.v1"
	typeSuspended          = "auth.user.suspended.v1"
	typeResumed            = "auth.user.resumed.v1"
	typeSignedIn           = "auth.user.signed_in.v1"
	typeSessionsEnded      = "auth.user.sessions_ended.v1"
	typeCertificateAdded   = "auth.user.certificate_added.v1"
	typeCertificateRemoved = "auth.user.certificate_removed.v1"
	typeLoginAdded         = "auth.user.login_added.v1"
	typeLoginRemoved       = "auth.user.login_removed.v1"
	typeKeyAdded           = "auth.user.key_added.v1"
	typeKeyRemoved         = "auth.user.key_removed.v1"
	typeLinked             = "auth.user.linked.v1"
	typeUnlinked           = "auth.user.unlinked.v1"
)

var decoders = map[string]func(json.RawMessage) (Event, bool, error){
	typeRegistered: decode[Registered], typePasswordChanged: decode[PasswordChanged],
	typeDisabled: decode[Disabled], typeEnabled: decode[Enabled],
	typeGroupJoined: decode[GroupJoined], typeGroupLeft: decode[GroupLeft], typeDefaultGroupSet: decode[DefaultGroupSet],
	typeRoleGiven: decode[RoleGiven], typeRoleTaken: decode[RoleTaken],
	typeCore4Changed: decode[Core4Changed], typeProfileChanged: decode[ProfileChanged],
	typeSuspended: decode[Suspended], typeResumed: decode[Resumed],
	typeSignedIn: decode[SignedIn], typeSessionsEnded: decode[SessionsEnded],
	typeCertificateAdded: decode[CertificateAdded], typeCertificateRemoved: decode[CertificateRemoved],
	typeLoginAdded: decode[LoginAdded], typeLoginRemoved: decode[LoginRemoved],
	typeKeyAdded: decode[KeyAdded], typeKeyRemoved: decode[KeyRemoved],
	typeLinked: decode[Linked], typeUnlinked: decode[Unlinked],
}

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) { return e.event(), e }

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	read, known := decoders[eventType]
	if !known {
		return nil, false, nil
	}
	return read(data)
}

func decode[E Event](data json.RawMessage) (Event, bool, error) {
	var e E
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, false, err
	}
	return e, true, nil
}
