package view

import "database/sql"

// Statements are the statements of a Projection's Apply, which are parsed for
// the first batch that needs them and not for each. One Projection has them
// for itself; the zero Statements are ready to use.
type Statements struct {
	db     *sql.DB // of which the kept ones are
	kept   map[string]*sql.Stmt
	wanted map[string]bool
}

// In returns a statement for a transaction, which closes it. The text must be
// one of a few.
func (s *Statements) In(tx *sql.Tx, query string) (*sql.Stmt, error) {
	if stmt, ok := s.kept[query]; ok {
		return tx.Stmt(stmt), nil
	}
	if s.wanted == nil {
		s.wanted = map[string]bool{}
	}
	s.wanted[query] = true
	return tx.Prepare(query)
}

// use says for which database transactions come. If the file was replaced its
// statements are gone.
func (s *Statements) use(db *sql.DB) {
	if s.db != db {
		s.db, s.kept = db, map[string]*sql.Stmt{}
	}
}

// keep prepares what the last batch wanted, now that the one connection that
// writes is free. What cannot be kept is parsed again.
func (s *Statements) keep() {
	for query := range s.wanted {
		if stmt, err := s.db.Prepare(query); err == nil {
			s.kept[query] = stmt
		}
	}
	clear(s.wanted)
}
