package authapi

// The subjects of the service. Nobody else spells them.
const (
	// Stream is the journal; it holds EventsAll.
	Stream    = "EVT_AUTH"
	EventsAll = "evt.auth.>"
	Source    = "/auth"

	cmdLogin    = "cmd.auth.session.login"
	qryKeys     = "qry.auth.key.list"
	cmdRegister = "cmd.auth.user.register"
	cmdGroup    = "cmd.auth.group.create"
	cmdMember   = "cmd.auth.group.join"
	cmdPassword = "cmd.auth.user.password"
	cmdDisable  = "cmd.auth.user.disable"
	cmdEnable   = "cmd.auth.user.enable"
	qryUsers    = "qry.auth.user.list"

	cmdProvePassword    = "cmd.auth.credential.password"
	cmdProveCertificate = "cmd.auth.credential.certificate"
	cmdProveToken       = "cmd.auth.credential.token"

	cmdAuthorize    = "cmd.auth.oauth.authorize"
	qryPending      = "qry.auth.oauth.pending"
	cmdDecide       = "cmd.auth.oauth.decide"
	cmdFail         = "cmd.auth.oauth.fail"
	cmdExchange     = "cmd.auth.oauth.exchange"
	qryIntrospect   = "qry.auth.oauth.introspect"
	cmdRevoke       = "cmd.auth.oauth.revoke"
	qryUserInfo     = "qry.auth.oauth.userinfo"
	qryLogout       = "qry.auth.oauth.logout"
	cmdDeviceStart  = "cmd.auth.device.start"
	qryDevice       = "qry.auth.device.find"
	cmdDeviceDecide = "cmd.auth.device.decide"

	qryRevocations  = "qry.auth.standing.revocations"
	cmdAnnounceSite = "cmd.auth.standing.site"

	qryProviders      = "qry.auth.federation.list"
	cmdUpstreamStart  = "cmd.auth.federation.start"
	cmdUpstreamFinish = "cmd.auth.federation.finish"

	cmdCore4Issue   = "cmd.auth.core4.issue"
	cmdResetRequest = "cmd.auth.reset.request"
	cmdReset        = "cmd.auth.reset.finish"

	cmdAPIKeyCreate = "cmd.auth.apikey.create"
	qryAPIKeys      = "qry.auth.apikey.list"
	cmdAPIKeyRevoke = "cmd.auth.apikey.revoke"
	qryGrants       = "qry.auth.grant.list"
	cmdGrantRevoke  = "cmd.auth.grant.revoke"
	qryAudit        = "qry.auth.audit.list"

	qryMe                 = "qry.auth.account.me"
	cmdChangeMe           = "cmd.auth.account.me"
	cmdSignOut            = "cmd.auth.account.signout"
	qryAccount            = "qry.auth.account.get"
	qryAccounts           = "qry.auth.account.list"
	cmdChangeAccount      = "cmd.auth.account.change"
	qryGroups             = "qry.auth.group.list"
	cmdPutGroup           = "cmd.auth.group.put"
	qryRoles              = "qry.auth.role.list"
	cmdPutRole            = "cmd.auth.role.put"
	cmdRemoveRole         = "cmd.auth.role.remove"
	qryRegistrations      = "qry.auth.registration.list"
	cmdPutRegistration    = "cmd.auth.registration.put"
	cmdRotateSecret       = "cmd.auth.registration.secret"
	cmdRemoveRegistration = "cmd.auth.registration.remove"
	qrySigningKeys        = "qry.auth.key.signing"
	cmdRotateKeys         = "cmd.auth.key.rotate"
)

// UserTopic is the subject of one user's events; users own themselves.
func UserTopic(id string) string { return "evt.auth.user." + id + "." + id }

// GroupTopic is the subject of one group's events; nobody owns it.
func GroupTopic(id string) string { return "evt.auth.group.-." + id }

// ClientTopic is the subject of one OAuth client's events; nobody owns it.
func ClientTopic(id string) string { return "evt.auth.client.-." + id }

// KeyTopic is the subject of one signing key's events; nobody owns it.
func KeyTopic(kid string) string { return "evt.auth.key.-." + kid }

// RoleTopic is the subject of one core4 role's events; nobody owns it.
func RoleTopic(id string) string { return "evt.auth.role.-." + id }

// GrantTopic is the subject of one grant's events, which its user owns.
func GrantTopic(user, id string) string { return "evt.auth.grant." + user + "." + id }

// TokenTopic is the subject of what becomes of one access token.
func TokenTopic(user, jti string) string { return "evt.auth.token." + user + "." + jti }

// APIKeyTopic is the subject of one API key's events, which its user owns.
func APIKeyTopic(user, id string) string { return "evt.auth.apikey." + user + "." + id }
