//! Bars as an SVG drawing within the page: it needs no script, and takes its colours from the stylesheet.

/// Bars of one drawing.
const MOST: usize = 60;
/// Bars up to which each has its name under it.
const MOST_LABELLED: usize = 12;
/// The width of the drawing in its own units; it is as wide as its place.
const WIDTH: f64 = 600.0;
/// Its height.
const HEIGHT: f64 = 160.0;

/// A drawing of bars, ready for a template.
#[derive(Debug, Clone)]
pub(super) struct Bars {
    /// What it shows.
    pub name: String,
    /// All that it shows, in words.
    pub told: String,
    pub bars: Vec<Bar>,
}

/// A bar, in the units of the drawing.
#[derive(Debug, Clone)]
pub(super) struct Bar {
    pub label: String,
    pub value: f64,
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
}

impl Bars {
    /// Whether there is room for a name under each bar; all have it when the pointer rests on them.
    pub(super) fn labelled(&self) -> bool {
        (1..=MOST_LABELLED).contains(&self.bars.len())
    }

    /// The drawing of these values. What is not a finite number is left out.
    pub(super) fn of(name: String, points: impl IntoIterator<Item = (String, f64)>) -> Self {
        let points = points.into_iter().filter(|(_, value)| value.is_finite()).take(MOST).collect::<Vec<_>>();
        let most = points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        let least = points.iter().map(|(_, value)| *value).fold(0.0, f64::min);
        // Halves, for the difference of two numbers may be none.
        let range = (most / 2.0 - least / 2.0).max(f64::MIN_POSITIVE);
        let long = |value: f64| (value.abs() / 2.0 / range * HEIGHT).max(1.0);
        let zero = most / 2.0 / range * HEIGHT;
        let step = WIDTH / points.len().max(1) as f64;
        let told = points.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>();
        let bar = |(position, (label, value)): (usize, (String, f64))| Bar {
            x: format!("{:.1}", position as f64 * step + step * 0.1),
            y: format!("{:.1}", if value >= 0.0 { zero - long(value) } else { zero }),
            width: format!("{:.1}", step * 0.8),
            height: format!("{:.1}", long(value)),
            label,
            value,
        };
        Self { name, told: told.join(", "), bars: points.into_iter().enumerate().map(bar).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::Bars;

    fn drawn(values: &[f64]) -> Bars {
        Bars::of("x".to_owned(), values.iter().map(|value| ("a".to_owned(), *value)))
    }

    #[test]
    fn bars_are_drawn_of_what_is_finite() {
        assert_eq!(drawn(&[1.0, -1.0, f64::NAN, f64::INFINITY]).bars.len(), 2);
        assert_eq!(drawn(&[1.0; 100]).bars.len(), 60);
        assert!(drawn(&[]).bars.is_empty());
        let tall = &drawn(&[2.0, 1.0]).bars;
        assert_eq!(
            (tall[0].y.as_str(), tall[0].height.as_str(), tall[1].height.as_str()),
            ("0.0", "160.0", "80.0")
        );
        for bar in drawn(&[f64::MAX, f64::MIN, 0.0, 5e-324]).bars {
            let numbers = [&bar.x, &bar.y, &bar.width, &bar.height].map(|text| text.parse::<f64>().unwrap());
            assert!(numbers.iter().all(|number| (-1.0..=600.0).contains(number)), "{bar:?}");
        }
    }
}
