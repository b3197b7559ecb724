package page

import "math"

// blind holds, for kinds of colour blindness, what such eyes see of linear
// colours (Machado, Oliveira and Fernandes 2009, severity 1.0).
var blind = map[string][9]float64{
	"all":          {1, 0, 0, 0, 1, 0, 0, 0, 1},
	"protanopic":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deuteranopic": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritanopic":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}

func linear(c [3]float64) (l [3]float64) {
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			l[i] = v / 12.92
		} else {
			l[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return l
}

// contrast is that of WCAG 2.
func contrast(a, b [3]float64) float64 {
	light := func(c [3]float64) float64 {
		l := linear(c)
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2] + 0.05
	}
	x, y := light(a), light(b)
	return max(x, y) / min(x, y)
}

// see returns the linear colour that is seen.
func see(m [9]float64, c [3]float64) (s [3]float64) {
	l := linear(c)
	for i := range s {
		s[i] = min(1, max(0, m[3*i]*l[0]+m[3*i+1]*l[1]+m[3*i+2]*l[2]))
	}
	return s
}

// distance is the CIE76 difference of two linear colours.
func distance(a, b [3]float64) float64 {
	lab := func(l [3]float64) (x [3]float64) {
		f := func(t float64) float64 {
			if t > 0.008856 {
				return math.Cbrt(t)
			}
			return 7.787*t + 16.0/116
		}
		fx := f((0.4124*l[0] + 0.3576*l[1] + 0.1805*l[2]) / 0.9505)
		fy := f(0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2])
		fz := f((0.0193*l[0] + 0.1192*l[1] + 0.9505*l[2]) / 1.089)
		return [3]float64{116*fy - 16, 500 * (fx - fy), 200 * (fy - fz)}
	}
	x, y := lab(a), lab(b)
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}
