package scope

import "slices"

// Unregistered is what a client may ask for that was registered without a list
// of scopes. The operator's role is not among it: that must be written down.
func Unregistered() []string {
	return slices.DeleteFunc(slices.Clone(plain), func(w string) bool { return w == Operator })
}

// Known refuses words that are not plain ones: the plain ones are what a
// client or an API key can be registered with.
func Known(words []string) error {
	for _, w := range words {
		if !slices.Contains(plain, w) {
			return wrong("scope %s: is not known", w)
		}
	}
	return nil
}

// For is the request as a client may make it that was registered with the
// given words; none mean Unregistered. Who asks for neither api nor api:read
// gets the larger one that the client may have: old clients know neither
// word, and narrowing is what one asks for. DIRAC's words only ever narrow, so
// that every client may use them.
func (r Request) For(registered []string) (Request, error) {
	if len(registered) == 0 {
		registered = Unregistered()
	}
	for _, w := range r.Plain {
		if !allows(registered, w) {
			return Request{}, wrong("scope %s: is not registered for this client", w)
		}
	}
	if r.Has(API) || r.Has(APIRead) {
		return r, nil
	}
	for _, w := range []string{API, APIRead} {
		if slices.Contains(registered, w) {
			r.Plain = ordered(append(slices.Clone(r.Plain), w))
			break
		}
	}
	return r, nil
}

// Narrowed is what remains of a grant when a refresh asks for less (RFC 6749,
// section 6). Asking for nothing leaves it as it is; asking for more is
// refused.
func Narrowed(granted, asked Request) (Request, error) {
	if len(asked.Words()) == 0 {
		return granted, nil
	}
	if err := exceeds(asked, granted); err != nil {
		return Request{}, err
	}
	out := granted
	out.Properties = asked.Properties
	if len(asked.Plain) > 0 {
		out.Plain = asked.Plain
	}
	if asked.Lifetime != 0 && (out.Lifetime == 0 || asked.Lifetime < out.Lifetime) {
		out.Lifetime = asked.Lifetime
	}
	return out, nil
}

// Within reports whether a asks for no more than b, so that whoever granted b
// need not be asked about a.
func Within(a, b Request) bool {
	longer := b.Lifetime != 0 && (a.Lifetime == 0 || a.Lifetime > b.Lifetime)
	return !longer && exceeds(a, b) == nil
}

// exceeds names the first word of asked that granted does not hold.
func exceeds(asked, granted Request) error {
	for _, w := range asked.Plain {
		if !allows(granted.Plain, w) {
			return wrong("scope %s: was not granted", w)
		}
	}
	for _, p := range asked.Properties {
		if !slices.Contains(granted.Properties, p) {
			return wrong("scope property:%s: was not granted", p)
		}
	}
	switch {
	case asked.Group != "" && asked.Group != granted.Group:
		return wrong("scope g:%s: was not granted", asked.Group)
	case asked.VO != "" && asked.VO != granted.VO:
		return wrong("scope vo:%s: was not granted", asked.VO)
	default:
		return nil
	}
}

// allows reports whether the words hold w; api holds api:read.
func allows(words []string, w string) bool {
	return slices.Contains(words, w) || w == APIRead && slices.Contains(words, API)
}
