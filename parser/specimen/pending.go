package specimen

func charsetStyles() []Style { return nil }
func textStyles() []Style    { return nil }
func officeStyles() []Style  { return nil }
