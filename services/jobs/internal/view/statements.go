package view

import (
	"context"
	"database/sql"
	"sync"
)

// maxStatements bounds the prepared statements: lists come in many shapes,
// and only the usual ones are worth keeping.
const maxStatements = 100

// statements keeps queries prepared, since to parse one takes SQLite about as
// long as to answer it. A file that is grown anew is another database and
// begins without any.
type statements struct {
	mu   sync.Mutex
	db   *sql.DB
	kept map[string]*sql.Stmt
}

// queryer is a database or a statement prepared for the query.
type queryer func(ctx context.Context, args ...any) (*sql.Rows, error)

func (s *statements) prepared(ctx context.Context, db *sql.DB, query string) (queryer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != db {
		s.db, s.kept = db, map[string]*sql.Stmt{}
	}
	if stmt, ok := s.kept[query]; ok {
		return stmt.QueryContext, nil
	}
	if len(s.kept) >= maxStatements {
		return func(ctx context.Context, args ...any) (*sql.Rows, error) { return db.QueryContext(ctx, query, args...) }, nil
	}
	stmt, err := db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.kept[query] = stmt
	return stmt.QueryContext, nil
}

// query runs a query on the file as it is now.
func (v *View) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	q, err := v.statements.prepared(ctx, v.DB(), query)
	if err != nil {
		return nil, err
	}
	return q(ctx, args...)
}

// scanAll reads rows of one column.
func scanAll[T any](rows *sql.Rows, err error) ([]T, error) {
	return scanEach(rows, err, func(scan func(...any) error) (v T, err error) {
		err = scan(&v)
		return v, err
	})
}

// scanEach reads all rows, each with one.
func scanEach[T any](rows *sql.Rows, err error, one func(scan func(...any) error) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := one(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
