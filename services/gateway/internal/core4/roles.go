package core4

func (d *door) administration() []Rule { return nil }
