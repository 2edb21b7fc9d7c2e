package view

// keys builds the statement that finds the positions of the matching jobs,
// newest first, from Offset on, at most n.
func (q Query) keys(n int) *statement {
	switch p := q.plan(); {
	case len(q.Tags) > 0:
		return q.byTag(n)
	case p.branches() > maxBranches:
		return q.byRow(n)
	default:
		return q.byRanges(p, n)
	}
}

// byRanges reads each range of the index backwards no further than the page
// can need, and merges them.
func (q Query) byRanges(p plan, n int) *statement {
	s := &statement{}
	s.add("SELECT seq FROM (")
	values := make([]string, len(p.columns))
	first := true
	var each func(depth int)
	each = func(depth int) {
		if depth < len(p.columns) {
			for _, v := range p.columns[depth].values {
				values[depth] = v
				each(depth + 1)
			}
			return
		}
		if !first {
			s.add(" UNION ALL ")
		}
		first = false
		s.add("SELECT seq FROM (SELECT seq FROM jobs INDEXED BY " + p.index + " WHERE 1")
		for i, c := range p.columns {
			s.add(" AND "+c.name+" = ?", values[i])
		}
		s.where(q, p.rest)
		s.add(" ORDER BY seq DESC LIMIT ?)", q.Offset+n)
	}
	each(0)
	s.add(") ORDER BY seq DESC LIMIT ? OFFSET ?", n, q.Offset)
	return s
}

// byTag walks the jobs of the first tag.
func (q Query) byTag(n int) *statement {
	s := &statement{}
	s.add("SELECT jobs.seq")
	s.fromTag(q)
	s.add(" ORDER BY tags.seq DESC LIMIT ? OFFSET ?", n, q.Offset)
	return s
}

func (s *statement) fromTag(q Query) {
	if len(q.Owners) == 1 {
		s.add(" FROM tags CROSS JOIN jobs ON jobs.seq = tags.seq WHERE tags.owner = ? AND tags.tag = ?", q.Owners[0], q.Tags[0])
	} else {
		s.add(" FROM tags INDEXED BY tags_tag CROSS JOIN jobs ON jobs.seq = tags.seq WHERE tags.tag = ?", q.Tags[0])
		s.in(column{"tags.owner", q.Owners})
	}
	if q.Before > 0 {
		s.add(" AND tags.seq < ?", q.Before)
	}
	rest := q
	rest.Tags, rest.Before = q.Tags[1:], 0
	s.where(rest, q.conditions()[1:])
}

// byRow walks all jobs.
func (q Query) byRow(n int) *statement {
	s := &statement{}
	s.add("SELECT seq FROM jobs NOT INDEXED WHERE 1")
	s.where(q, q.conditions())
	s.add(" ORDER BY seq DESC LIMIT ? OFFSET ?", n, q.Offset)
	return s
}

// conditions are all the lists of the query, owners first.
func (q Query) conditions() []column {
	return []column{{"jobs.owner", q.Owners}, {"state", texts(q.States)}, {"site", q.Sites}, {"name", q.Names}, {"grp", q.Groups}}
}

// count builds the statement that counts all matches, on whatever page.
func (q Query) count() *statement {
	s := &statement{}
	q.Before = 0
	if len(q.Names)+len(q.Groups)+len(q.Tags) == 0 {
		s.add("SELECT coalesce(sum(n), 0) FROM counts WHERE 1")
		s.in(column{"owner", q.Owners})
		s.in(column{"state", texts(q.States)})
		s.in(column{"site", q.Sites})
		if len(q.States) == 0 {
			s.add(" AND state <> 'destroyed'")
		}
		return s
	}
	s.add("SELECT count(*)")
	if len(q.Tags) > 0 {
		s.fromTag(q)
		return s
	}
	s.add(" FROM jobs WHERE 1")
	s.where(q, q.conditions())
	return s
}
