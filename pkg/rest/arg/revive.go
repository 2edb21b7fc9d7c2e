package arg

// revive replaces {"$datetime": "…"} and {"$objectid": "…"} by what they
// stand for, at every depth.
func revive(raw any) (any, bool) {
	switch v := raw.(type) {
	case map[string]any:
		if len(v) == 1 {
			for name, e := range v {
				if made, special, ok := reviveOne(name, e); special {
					return made, ok
				}
			}
		}
		out := make(map[string]any, len(v))
		for name, e := range v {
			made, ok := revive(e)
			if !ok {
				return nil, false
			}
			out[name] = made
		}
		return out, true
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			made, ok := revive(e)
			if !ok {
				return nil, false
			}
			out[i] = made
		}
		return out, true
	}
	return raw, true
}

func reviveOne(name string, raw any) (made any, special, ok bool) {
	text, _ := raw.(string)
	switch name {
	case "$datetime":
		made, ok = ParseTime(text)
	case "$objectid":
		made, ok = ParseObjectID(text)
	default:
		return nil, false, false
	}
	return made, true, ok
}
