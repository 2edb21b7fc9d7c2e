package keeper

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	maxDirectives = 64 << 10 // bytes that are read of a file of directives
	maxRemark     = 800      // bytes of what the owner is told of them
)

// directives looks for the file with lines for a batch system. There is none
// here: the owner is told what was asked of it in vain.
func directives(root *os.Root, spec jobsapi.Spec) (remarks []string, err error) {
	if spec.Directives == "" {
		return nil, nil
	}
	f, err := openFile(root, "directives", spec.Directives, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	asked := "it asks it for nothing"
	if lines := directivesIn(f); lines != "" {
		asked = "it asks for " + lines
	}
	return []string{fmt.Sprintf("The site has no batch system, so that nobody heeds the directives of %q: %s.", spec.Directives, asked)}, nil
}

// directivesIn are the lines that look like directives, as those of Slurm
// (#SBATCH), PBS (#PBS), LSF (#BSUB) and Grid Engine (#$) do: comments of the
// shell that begin at once with a word.
func directivesIn(file io.Reader) string {
	var all strings.Builder
	lines := bufio.NewScanner(io.LimitReader(file, maxDirectives))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		word, rest, _ := strings.Cut(line, " ")
		if len(word) < 2 || word[0] != '#' || word[1] == '!' || word[1] == '#' {
			continue
		}
		if rest = strings.TrimSpace(rest); rest == "" {
			continue
		}
		if all.Len()+len(rest) > maxRemark {
			all.WriteString(", and more")
			break
		}
		if all.Len() > 0 {
			all.WriteString(", ")
		}
		all.WriteString(printable(rest))
	}
	return all.String()
}

// printable is a text without what would break a line of a log.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
