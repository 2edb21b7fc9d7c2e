package unicore

// changeable are the properties that a client may know as changeable but that
// cannot be changed yet.
var changeable = map[string]string{
	"tags":            "Tags are given at submission; they cannot be changed yet.",
	"terminationTime": "Termination times are not offered yet.",
	"acl":             "Access control lists are not offered yet.",
	"umask":           "The umask cannot be changed yet.",
	"description":     "The description cannot be changed yet.",
}

// changeProperties answers for each property of the body what came of it.
func (a *ask) changeProperties() error {
	doc, err := a.document()
	if err != nil {
		return err
	}
	verdicts := map[string]string{}
	for _, m := range doc {
		verdict, ok := changeable[m.Name]
		if !ok {
			verdict = "Property not found or cannot be modified!"
		}
		verdicts[m.Name] = verdict
	}
	return a.show(verdicts)
}
