package ecflow

// texts say of each operation, by its title, what is sent and answered.
var texts = map[string]string{
	"The names of all suites":              "A list, in the order of the definition.",
	"Create suites":                        "`definition` is a text of one or more suites; with `auto_add_extern` what it refers to need not exist. `Location` is the definition of the new suite.",
	"All nodes":                            "Of every suite, as one tree. `content=full` adds states and attributes to the names, `with_id=true` paths, and `gen_vars=true` generated variables.",
	"The nodes under a node":               "The node's own tree. `content=full` adds states and attributes to the names, `with_id=true` paths, and `gen_vars=true` generated variables.",
	"A node's definition":                  "The canonical text in `definition`, and the node's `path`.",
	"A node's status":                      "The state that is displayed, the default one, and in `why` what holds the node.",
	"Change a node's status":               "A user sends an `action`, such as suspend, resume or requeue, and maybe `recursive` or `force`. A job tells of its own task, and proves who it is with what the engine gave it.",
	"A node's attributes":                  "Variables, meters, labels, events, limits, dates, triggers and the rest, by kind.",
	"Add an attribute":                     "`type` and `name` say which, the other members what it is.",
	"Change an attribute":                  "`type` and `name` say which, the other members what it is to be. A job may change what belongs to its own task.",
	"Delete an attribute":                  "`type` and `name` say which.",
	"A task's script":                      "The text in `script`, and the job that was made of it in `job`, if there is one.",
	"Change a task's script":               "`script` takes the place of the text that is there.",
	"A job's output":                       "`job_output`, and what was said when it was killed or asked for its status; 404 if there is no output.",
	"Reach the engine":                     "The engine's `host` and how long the way to it and back took.",
	"The engine's status":                  "Whether it runs, since when, and what it is set to, as one flat object.",
	"Have the engine read its files again": "`action` is `reload_whitelist_file`, `reload_passwd_file` or `reload_custom_passwd_file`.",
	"The engine's variables":               "Those that users set, then the engine's own, which have `const`.",
	"Add a variable":                       "`type` is `variable`, with `name` and `value`.",
	"Change a variable":                    "`type` is `variable`, with `name` and `value`. The engine's own variables are 404.",
	"Delete a variable":                    "`type` is `variable`, with `name`. The engine's own variables are 404.",
	"What this gateway has answered":       "How many requests, errors, and answers from its copy of the suites, since it began.",
	"Change a node's definition": "`definition` is a text of one node, which becomes a child of the path in place of one of the same name. " +
		"`force` replaces one whose tasks run.",
	"Delete a node": "With all that is below it.",
}
