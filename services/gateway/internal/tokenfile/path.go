package tokenfile

// DefaultPath is looked for in the working directory.
const DefaultPath = "api-tokens.json"

// variables may name the file, the first that is set.
var variables = [...]string{"ECF_RESTAPI_TOKENS_FILE", "ECF_RESTAPI_TOKEN_FILE", "ECF_API_TOKEN_FILE"}

// Path says where the list is: the command line's word, else the
// environment's, else the default. Empty is not set.
func Path(flag string, getenv func(string) string) string {
	if flag != "" {
		return flag
	}
	for _, v := range variables {
		if path := getenv(v); path != "" {
			return path
		}
	}
	return DefaultPath
}
