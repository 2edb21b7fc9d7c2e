module github.com/heddle-dev/heddle/services/workflows

go 1.26.0
