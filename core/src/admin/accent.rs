//! The colour of an application: links and main buttons have it, in light and dark.

use std::fmt;
use std::str::FromStr;

/// A colour as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accent([u8; 3]);

impl FromStr for Accent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("the accent colour must be like `#1a7f5a`, not `{text}`");
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or_else(wrong)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| wrong());
        Ok(Self([part(0)?, part(2)?, part(4)?]))
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Accent {
    /// The part of the stylesheet that sets it. On light paper it is darkened, on dark paper lightened, until text in it can be read (WCAG 2.2: 4.5 to 1).
    pub(super) fn stylesheet(self) -> String {
        let light = self.towards(0, Self([255, 255, 255]));
        let dark = self.towards(255, Self([0x17, 0x1b, 0x22]));
        format!(
            ":root{{--accent:{light};--accent-ink:#ffffff;--accent-soft:color-mix(in srgb,{light} 12%,#ffffff)}}\
             @media(prefers-color-scheme:dark){{:root{{--accent:{dark};--accent-ink:#0f1217;--accent-soft:color-mix(in srgb,{dark} 18%,#171b22)}}}}"
        )
    }

    /// The colour, nearer to black or white by as little as it takes to be read on a paper and on a slightly tinted one.
    fn towards(self, end: u8, paper: Self) -> Self {
        let mixed = |step: u16| {
            Self(self.0.map(|part| {
                let (part, end) = (u16::from(part), u16::from(end));
                u8::try_from((part * (20 - step) + end * step) / 20).unwrap_or(end as u8)
            }))
        };
        (0..=20).map(mixed).find(|colour| colour.contrast(paper) >= 5.6).unwrap_or(Self([end; 3]))
    }

    fn contrast(self, other: Self) -> f64 {
        let (first, second) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if first > second { first / second } else { second / first }
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::Accent;

    #[test]
    fn any_colour_can_be_read() {
        for text in ["#ffff00", "#000000", "#ffffff", "#1A7F5A", "#ff0000", "#0000ff"] {
            let accent: Accent = text.parse().unwrap();
            assert_eq!(accent.to_string(), text.to_lowercase());
            assert!(accent.towards(0, Accent([255; 3])).contrast(Accent([255; 3])) >= 4.5, "{text}");
            let night = Accent([0x17, 0x1b, 0x22]);
            assert!(accent.towards(255, night).contrast(night) >= 4.5, "{text}");
        }
        for wrong in ["", "red", "#fff", "#12345g", "#1234567", "#é1234", "#+1+1+1"] {
            assert!(wrong.parse::<Accent>().is_err(), "{wrong}");
        }
    }
}
