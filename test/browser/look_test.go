//go:build browser

package browser

// faults are what people with a small screen, a screen reader or weak eyes
// would stumble over, one a line: fields without a label, pages wider than
// the screen, text over text, text with too little contrast (WCAG 2.2, level AA).
const faults = `(() => {
	const out = [], foreign = e => e.closest('.swagger-ui'); // which is not ours
	for (const e of document.querySelectorAll('input:not([type=hidden]),select')) if (!foreign(e))
		if (!e.labels.length) out.push('no label: ' + e.name);
	const over = document.documentElement.scrollWidth - innerWidth;
	if (over > 0) out.push('wider than the screen by ' + over);
	if (!document.documentElement.lang || document.querySelectorAll('h1').length !== 1 || !document.querySelector('main'))
		out.push('no language, heading or main part');
	const scrolls = e => { for (e = e.parentElement; e; e = e.parentElement) if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true; };
	const texts = [...document.querySelectorAll('body *')].filter(e => !foreign(e) && e.getClientRects().length && (e.matches('input,select,button') ||
		[...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())));
	for (const e of texts)
		for (const r of e.getClientRects())
			if ((r.right > innerWidth + 1 || r.left < -1) && !scrolls(e)) out.push('out of the screen: ' + e.textContent.trim().slice(0, 60));
	for (const [i, a] of texts.entries())
		for (const b of texts.slice(i + 1)) {
			if (a.contains(b) || b.contains(a)) continue;
			for (const r of a.getClientRects()) for (const q of b.getClientRects())
				if (Math.min(r.right, q.right) - Math.max(r.left, q.left) > 2 && Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top) > 4)
					out.push('overlap: ' + a.textContent.trim().slice(0, 60) + ' / ' + b.textContent.trim().slice(0, 60));
		}
	const parse = c => c.match(/[\d.]+/g).map(Number);
	const light = c => {
		const [r, g, b] = parse(c).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b;
	};
	const behind = e => {
		for (; e; e = e.parentElement) {
			const c = getComputedStyle(e).backgroundColor;
			if (parse(c)[3] !== 0) return c;
		}
		return 'rgb(255, 255, 255)';
	};
	for (const e of document.querySelectorAll('body *')) {
		if (foreign(e) || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
		const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
		const ratio = (a + .05) / (b + .05);
		if (ratio < 4.5) out.push('contrast ' + ratio.toFixed(2) + ': ' + e.textContent.trim());
	}
	return out.join('\n');
})()`

// look looks at a page as people with different screens see it.
func (b *tab) look() {
	b.t.Helper()
	for _, scheme := range []string{"dark", "light"} {
		b.call("Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
		for _, width := range []int{1280, 360, 320} {
			b.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
			if found := b.read(faults); found != "" {
				b.t.Errorf("%s, %s, %d pixels wide:\n%s", b.read("document.title"), scheme, width, found)
			}
		}
	}
	b.call("Emulation.clearDeviceMetricsOverride", nil, nil)
	if styled := b.read("getComputedStyle(document.querySelector('main')).maxWidth"); styled == "none" {
		b.t.Errorf("%s has no style", b.read("document.title"))
	}
}
