package job

// number returns where the resource of that name, as in its JSON, is kept;
// nil if it is not a number or not known.
func (r *Resources) number(name string) (whole *int, large *int64) {
	switch name {
	case "cpus":
		return &r.CPUs, nil
	case "nodes":
		return &r.Nodes, nil
	case "cpus_per_node":
		return &r.CPUsPerNode, nil
	case "gpus":
		return &r.GPUs, nil
	case "processes":
		return &r.Processes, nil
	case "memory":
		return nil, &r.Memory
	case "runtime":
		return nil, &r.Runtime
	case "cpu_time":
		return nil, &r.CPUTime
	default:
		return nil, nil
	}
}

// Amounts names the resources that are numbers, as in their JSON.
func Amounts() []string {
	return []string{"cpus", "nodes", "cpus_per_node", "gpus", "processes", "memory", "runtime", "cpu_time"}
}

// Amount is how much is asked of the resource; ok is false if that is nothing
// or the name is not one of Amounts.
func (r Resources) Amount(name string) (n int64, ok bool) {
	switch whole, large := r.number(name); {
	case whole != nil:
		n = int64(*whole)
	case large != nil:
		n = *large
	}
	return n, n != 0
}

// Fill sets a resource of Amounts of which nothing is asked; false if the name
// is another's.
func (r *Resources) Fill(name string, n int64) bool {
	whole, large := r.number(name)
	switch {
	case whole == nil && large == nil:
		return false
	case whole != nil && *whole == 0:
		*whole = int(n)
	case large != nil && *large == 0:
		*large = n
	}
	return true
}

// Cores is how many processor cores are asked for in all, at least one.
func (r Resources) Cores() int {
	return max(r.CPUs, max(r.Nodes, 1)*max(r.CPUsPerNode, 1))
}

// String is the application as people write it.
func (a Application) String() string {
	if a.Version == "" {
		return a.Name
	}
	return a.Name + " " + a.Version
}
