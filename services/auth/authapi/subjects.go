package authapi

// The subjects of the service. Nobody else spells them.
const (
	// Stream is the journal; it holds EventsAll.
	Stream    = "EVT_AUTH"
	EventsAll = "evt.auth.>"
	Source    = "/auth"

	cmdLogin    = "cmd.auth.session.login"
	qryVerify   = "qry.auth.session.verify"
	qryKeys     = "qry.auth.key.list"
	cmdRegister = "cmd.auth.user.register"
	cmdGroup    = "cmd.auth.group.create"
	cmdMember   = "cmd.auth.group.join"
	cmdPassword = "cmd.auth.user.password"
	cmdDisable  = "cmd.auth.user.disable"
	cmdEnable   = "cmd.auth.user.enable"
	cmdClient   = "cmd.auth.client.register"
	qryUsers    = "qry.auth.user.list"
	qryClients  = "qry.auth.client.list"
)

// UserTopic is the subject of one user's events; users own themselves.
func UserTopic(id string) string { return "evt.auth.user." + id + "." + id }

// GroupTopic is the subject of one group's events; nobody owns it.
func GroupTopic(id string) string { return "evt.auth.group.-." + id }

// ClientTopic is the subject of one OAuth client's events; nobody owns it.
func ClientTopic(id string) string { return "evt.auth.client.-." + id }

// KeyTopic is the subject of one signing key's events; nobody owns it.
func KeyTopic(kid string) string { return "evt.auth.key.-." + kid }
