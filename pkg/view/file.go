package view

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/heddle-dev/heddle/pkg/es"
)

// bookkeeping is in every file: whose it is and how far it has come, and what
// could not be applied.
const bookkeeping = `
CREATE TABLE _view (
	name TEXT NOT NULL, version INTEGER NOT NULL,
	journal TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE _parked (
	seq INTEGER PRIMARY KEY, topic TEXT NOT NULL, command TEXT NOT NULL,
	events TEXT NOT NULL, error TEXT NOT NULL
);`

// file is the SQLite file: one connection that writes, several that read.
type file struct {
	writer, readers *sql.DB
	journal         string // identity of the journal it is grown from; "": not known yet
	position        uint64 // changed by Run alone
	own             Statements
}

// openFile opens a file that is ours, else makes a new one.
func openFile(path string, p Projection, log *slog.Logger) (*file, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return newFile(path, p)
	}
	f, err := connect(path)
	if err == nil {
		if err = f.read(p); err == nil {
			return f, nil
		}
		f.close()
	}
	log.Warn("the read model's file is replaced", "view", p.Name, "path", path, "reason", err)
	return newFile(path, p)
}

// newFile removes what is at path and makes an empty read model there.
func newFile(path string, p Projection) (*file, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("view: %w", err)
		}
	}
	f, err := connect(path)
	if err != nil {
		return nil, err
	}
	if err := f.make(p); err != nil {
		f.close()
		return nil, fmt.Errorf("view: make %s: %w", path, err)
	}
	return f, nil
}

// empty tells that the file holds nothing of any journal.
func (f *file) empty() bool { return f.position == 0 && f.journal == "" }

// make lays the tables out in an empty file.
func (f *file) make(p Projection) error {
	return f.write(func(tx *sql.Tx) error { return layOut(tx, p) })
}

func layOut(tx *sql.Tx, p Projection) error {
	if _, err := tx.Exec(bookkeeping); err != nil {
		return err
	}
	if _, err := tx.Exec(p.Schema); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	_, err := tx.Exec(`INSERT INTO _view (name, version) VALUES (?, ?)`, p.Name, p.Version)
	return err
}

const virtual = `sql LIKE 'create virtual table%'`

// reset makes the file an empty one, at once for all readers.
func (f *file) reset(p Projection) error {
	err := f.write(func(tx *sql.Tx) error {
		// Tables of tables last: a virtual one takes its shadows along.
		for _, kind := range []string{`type = 'trigger'`, `type = 'view'`, virtual, `type = 'table'`} {
			if err := dropAll(tx, kind); err != nil {
				return err
			}
		}
		return layOut(tx, p)
	})
	if err == nil {
		f.journal, f.position = "", 0
	}
	return err
}

func dropAll(tx *sql.Tx, kind string) error {
	rows, err := tx.Query(`SELECT 'DROP ' || type || ' "' || name || '"' FROM sqlite_master WHERE name NOT LIKE 'sqlite^_%' ESCAPE '^' AND ` + kind)
	if err != nil {
		return err
	}
	var drops []string
	for rows.Next() {
		var drop string
		if err := rows.Scan(&drop); err != nil {
			return errors.Join(err, rows.Close())
		}
		drops = append(drops, drop)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, drop := range drops {
		if _, err := tx.Exec(drop); err != nil {
			return err
		}
	}
	return nil
}

// read finds out how far the file has come, and fails if it is not ours.
func (f *file) read(p Projection) error {
	var name string
	var version int
	row := f.writer.QueryRow(`SELECT name, version, journal, position FROM _view`)
	if err := row.Scan(&name, &version, &f.journal, &f.position); err != nil {
		return err
	}
	if name != p.Name || version != p.Version {
		return fmt.Errorf("it is %s version %d", name, version)
	}
	return nil
}

// belongTo notes the journal of a new file; another journal than that of an
// old one is es.ErrGap.
func (f *file) belongTo(journal string) error {
	if f.journal == journal {
		return nil
	}
	if f.journal != "" {
		return fmt.Errorf("%w: the file is of %s and not of %s", es.ErrGap, f.journal, journal)
	}
	if _, err := f.writer.Exec(`UPDATE _view SET journal = ?`, journal); err != nil {
		return err
	}
	f.journal = journal
	return nil
}
