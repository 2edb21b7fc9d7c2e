package app

import "fmt"

// flash is a message beside the data of an answer.
type flash struct {
	Level   string  `json:"level"`
	Message *string `json:"message,omitempty"`
	Data    any     `json:"data,omitempty"`
}

// FlashDebug, FlashInfo, FlashWarning and FlashError add a message to the
// answer, in the order of the calls: a text, which takes args as Sprintf's
// does, or anything else as data.
func (c *Call) FlashDebug(message any, args ...any)   { c.addFlash("DEBUG", message, args) }
func (c *Call) FlashInfo(message any, args ...any)    { c.addFlash("INFO", message, args) }    //nolint:revive // as above
func (c *Call) FlashWarning(message any, args ...any) { c.addFlash("WARNING", message, args) } //nolint:revive // as above
func (c *Call) FlashError(message any, args ...any)   { c.addFlash("ERROR", message, args) }   //nolint:revive // as above

// Flash adds a message of a level: DEBUG, INFO, WARNING or ERROR. Any other is
// a mistake in the program, which panics.
func (c *Call) Flash(level string, message any, args ...any) {
	switch level {
	case "DEBUG", "INFO", "WARNING", "ERROR":
		c.addFlash(level, message, args)
	default:
		panic(fmt.Sprintf("flash: there is no level %q", level))
	}
}

func (c *Call) addFlash(level string, message any, args []any) {
	text, isText := message.(string)
	if !isText {
		c.flash = append(c.flash, flash{Level: level, Data: message})
		return
	}
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	c.flash = append(c.flash, flash{Level: level, Message: &text})
}
