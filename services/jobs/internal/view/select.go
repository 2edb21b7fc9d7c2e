package view

// page builds the statement that reads a page and the row after it.
func (q Query) page() *statement {
	s := &statement{}
	s.add("SELECT k.seq, j.head, j.brief FROM (")
	s.keys(q)
	// One more tells whether there is a next page.
	s.add(" ORDER BY 1 DESC LIMIT ? OFFSET ?) k CROSS JOIN jobs j ON j.seq = k.seq ORDER BY k.seq DESC", q.Limit+1, q.Offset)
	return s
}

// count builds the statement that counts all matches, on whatever page.
func (q Query) count() *statement {
	q.Before = 0
	s := &statement{}
	if q.counted() {
		s.add("SELECT coalesce(sum(n), 0) FROM counts WHERE 1")
		s.alive(q)
		return s
	}
	s.add("SELECT count(*) FROM (")
	s.keys(q)
	s.add(")")
	return s
}

// alive adds the conditions on counts.
func (s *statement) alive(q Query) {
	s.in(column{"owner", q.Owners})
	s.in(column{"state", texts(q.States)})
	s.in(column{"site", q.Sites})
	if len(q.States) == 0 {
		s.add(" AND state <> 'destroyed'")
	}
}

// counted reports whether counts can answer how many jobs match.
func (q Query) counted() bool {
	return q.VO == "" && len(q.Names)+len(q.Groups)+len(q.Tags) == 0 && q.Parent == 0 && q.From.IsZero() && q.To.IsZero() && q.Since.IsZero()
}

// keys adds the query for the positions of the matching jobs.
func (s *statement) keys(q Query) {
	if len(q.Tags) > 0 && q.Parent == 0 {
		s.byTag(q)
		return
	}
	p := q.plan()
	s.ranges(q, p, make([]string, 0, len(p)))
}

// ranges adds the ranges of the plan's index that begin with the values.
func (s *statement) ranges(q Query, p plan, values []string) {
	if len(values) < len(p) {
		for i, v := range p[len(values)].values {
			if i > 0 {
				s.add(" UNION ALL ")
			}
			s.ranges(q, p, append(values, v))
		}
		return
	}
	s.add("SELECT seq FROM jobs INDEXED BY " + p.index() + " WHERE 1")
	for i, c := range p {
		s.add(" AND "+c.name+" = ?", values[i])
	}
	s.where(q, p)
}

// byTag walks the jobs of the first tag.
func (s *statement) byTag(q Query) {
	if len(q.Owners) == 1 {
		s.add("SELECT tags.seq FROM tags CROSS JOIN jobs ON jobs.seq = tags.seq WHERE tags.owner = ? AND tags.tag = ?", q.Owners[0], q.Tags[0])
	} else {
		s.add("SELECT tags.seq FROM tags INDEXED BY tags_tag CROSS JOIN jobs ON jobs.seq = tags.seq WHERE tags.tag = ?", q.Tags[0])
		s.in(column{"tags.owner", q.Owners})
	}
	if q.Before > 0 {
		s.add(" AND tags.seq < ?", q.Before)
	}
	rest := q
	rest.Tags, rest.Before = q.Tags[1:], 0
	s.where(rest, plan{{"owner", q.Owners}})
}
