package view

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readerConns bounds the queries that run at once in one replica.
const readerConns = 8

// roomy keeps more of what is written in memory (8 MB) and in the log (16 MB)
// before it goes to the file: the same pages of the indexes change again and
// again.
const roomy = "&_pragma=cache_size(-8000)&_pragma=wal_autocheckpoint(4000)"

func connect(path string) (*file, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=temp_store(MEMORY)"
	writer, err := sql.Open("sqlite", dsn+"&_txlock=immediate"+roomy)
	if err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	writer.SetMaxOpenConns(1)
	readers, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		writer.Close()
		return nil, fmt.Errorf("view: %w", err)
	}
	readers.SetMaxOpenConns(readerConns)
	readers.SetMaxIdleConns(readerConns)
	return &file{writer: writer, readers: readers}, nil
}

// write runs do in a transaction.
func (f *file) write(do func(*sql.Tx) error) error {
	tx, err := f.writer.Begin()
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (f *file) close() error {
	return errors.Join(f.readers.Close(), f.writer.Close())
}

// damaged tells that the file's content is broken, so that only a new one helps.
func damaged(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}

// mechanical tells failures of the database itself from those of a statement.
func mechanical(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY,
		sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_PERM:
		return true
	}
	return errors.Is(err, sql.ErrConnDone)
}

// resultCode is SQLite's primary result code, or 0.
func resultCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}
