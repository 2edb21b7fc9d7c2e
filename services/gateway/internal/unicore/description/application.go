package description

import (
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// Application is a program that a site offers by name.
type Application struct {
	Name, Version, Description string
	Executable                 string
	Arguments                  []string // before the user's own
}

// ID is how lists and URLs spell the application.
func (a Application) ID() string { return a.Name + "---v" + a.Version }

// BuiltIn are the applications that every site has.
func BuiltIn() []Application {
	return []Application{{
		Name: "Date", Version: "1.0", Description: "Prints the date and time of the site.",
		Executable: "/bin/date",
	}}
}

// application finds the application that a description names; none is the
// zero Application.
func (r *reader) application(doc lenient.Object, site Site) Application {
	name, version := r.text(doc, "ApplicationName"), r.text(doc, "ApplicationVersion")
	if name == "" {
		return Application{}
	}
	var versions []string
	for _, a := range site.Applications {
		if a.Name != name {
			continue
		}
		if version == "" || version == a.Version || strings.EqualFold(version, "any") || strings.EqualFold(version, "latest") {
			return a
		}
		versions = append(versions, a.Version)
	}
	if versions != nil {
		r.problem("ApplicationVersion", "there is no version %q of %s; there is %s", version, name, strings.Join(versions, ", "))
	} else {
		r.problem("ApplicationName", "there is no application %q", name)
	}
	return Application{}
}
