package scope

import "time"

// texts say what the plain words allow, to the person who is asked for it.
var texts = map[string]string{
	OpenID:        "know who you are",
	Profile:       "know your name",
	Email:         "know your mail address",
	Groups:        "know your groups",
	OfflineAccess: "stay signed in while you are away",
	API:           "do everything that you can do here",
	APIRead:       "read everything that you can read here",
	Operator:      "act as an operator, on everybody's things",
	Bound:         "use this only with its own certificate",
}

// Line is one word of a request and what it means.
type Line struct{ Word, Text string }

// Lines is the request in words for people.
func (r Request) Lines() []Line {
	var out []Line
	for _, w := range r.Plain {
		out = append(out, Line{w, texts[w]})
	}
	if r.Group != "" {
		out = append(out, Line{"g:" + r.Group, "act in the group " + r.Group})
	}
	if r.VO != "" {
		out = append(out, Line{"vo:" + r.VO, "act in the virtual organisation " + r.VO})
	}
	for _, p := range r.Properties {
		out = append(out, Line{"property:" + p, "use your property " + p})
	}
	if r.Lifetime != 0 {
		out = append(out, Line{"lifetime", "for at most " + r.Lifetime.Round(time.Second).String()})
	}
	return out
}
