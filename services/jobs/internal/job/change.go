package job

import "slices"

// The decisions that change nothing in a job's course.

func setTags(j Job, c SetTags) ([]Event, error) {
	if slices.Equal(j.Spec.Tags, c.Tags) {
		return nil, nil
	}
	return []Event{TagsChanged(c)}, nil
}

func setExpiry(j Job, c SetExpiry) ([]Event, error) {
	switch {
	case j.Expires.Equal(c.At):
		return nil, nil
	case !c.At.IsZero() && c.At.Before(c.Now):
		return nil, ErrPast
	default:
		return []Event{ExpirySet{At: c.At}}, nil
	}
}

func setACL(j Job, c SetACL) ([]Event, error) {
	if slices.Equal(j.ACL, c.Entries) {
		return nil, nil
	}
	return []Event{ACLChanged(c)}, nil
}
