package description

// keys are the document's names of what a Spec says, by its fields, those of
// list elements without their index. Where there are several the document's
// own counts, and else the first. What has none cannot be said in a document.
var keys = map[string][]string{
	"name": {"Name"}, "project": {"Project", "Resources.Project"}, "tags": {"Tags", "tags"}, "site": {"Site"},
	"executable": {"Executable"}, "command": {"Executable"}, "script": {"Executable"}, "shell": {"Executable"}, "arguments": {"Arguments"},
	"environment": {"Environment"}, "parameters": {"Parameters"}, "stdin": {"Stdin"}, "stdout": {"Stdout"}, "stderr": {"Stderr"},
	"application": {"ApplicationName"}, "application.name": {"ApplicationName"}, "application.version": {"ApplicationVersion"},
	"client_stage_in": {"haveClientStageIn"}, "ignore_exit_code": {"IgnoreNonZeroExitCode"}, "umask": {"Umask", "umask"},
	"pre": {"User precommand"}, "pre.script": {"User precommand"},
	"pre.ignore_exit_code": {"UserPrecommandIgnoreNonZeroExitCode", "UserPrecommandIgnoreNonZeroExitcode"}, "pre.in_job": {"RunUserPrecommandOnLoginNode"},
	"post": {"User postcommand"}, "post.script": {"User postcommand"},
	"post.ignore_exit_code": {"UserPostcommandIgnoreNonZeroExitCode", "UserPostcommandIgnoreNonZeroExitcode"}, "post.in_job": {"RunUserPostcommandOnLoginNode"},
	"on_login": {"Job type"}, "kind": {"Job type"}, "directives": {"BSS file"}, "login_node": {"Login node"}, "user_email": {"User email"},
	"not_before": {"Not before"}, "sweep": {"Parameters, Arguments and Imports"},
	"notify": {"Notification", "NotificationSettings"}, "notify.url": {"NotificationSettings.URL", "Notification"},
	"notify.states": {"NotificationSettings.status"}, "notify.batch": {"NotificationSettings.bssStatus"},

	"resources": {"Resources"}, "resources.cpus": {"Resources.TotalCPUs", "Resources.CPUs", "Resources.CPUsPerNode"},
	"resources.memory": {"Resources.Memory", "Resources.MemoryPerNode"}, "resources.runtime": {"Resources.Runtime"},
	"resources.nodes": {"Resources.Nodes"}, "resources.cpus_per_node": {"Resources.CPUsPerNode"}, "resources.gpus": {"Resources.GPUsPerNode"},
	"resources.exclusive": {"Resources.Exclusive"}, "resources.other": {"Resources"}, "resources.processes": {"Resources"}, "resources.cpu_time": {"Resources"}, "queue": {"Resources.Queue"},

	"inputs": {"Imports"}, "imports": {"Imports"}, "exports": {"Exports"},

	// Of the request.
	"within": {"the allocation"}, "key": {"Idempotency-Key"}, "spec": {"the description"}, "secrets": {"Credentials"},
}

// parts are the names of what an entry of Imports or Exports says.
var parts = map[string]map[string][]string{
	"inputs": {"path": {"To", "file"}, "data": {"Data"}, "permissions": {"Permissions"}, "mode": {"Mode"}, "optional": {"FailOnError"}},
	"imports": {"from": {"From", "source"}, "to": {"To", "file"}, "mode": {"Mode"}, "permissions": {"Permissions"}, "optional": {"FailOnError"},
		"read_only": {"ReadOnly"}, "secret": {"Credentials"}, "extra": {"ExtraParameters"}},
	"exports": {"from": {"From", "file"}, "to": {"To", "target"}, "mode": {"Mode"}, "permissions": {"Permissions"}, "optional": {"FailOnError"},
		"read_only": {"ReadOnly"}, "secret": {"Credentials"}, "extra": {"ExtraParameters"}},
}
