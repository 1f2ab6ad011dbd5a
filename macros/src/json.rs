//! JSON, written as text. By hand: a library would be compiled for every user of the derive, before it.

/// A value that is a member of an object, or is left out when it is empty or off.
pub trait Member: Default {
    /// Writes it under this name.
    fn write(&self, name: &str, object: &mut Object);
}

impl Member for bool {
    fn write(&self, name: &str, object: &mut Object) {
        object.flag(name, *self);
    }
}

/// The members of a JSON object.
#[derive(Default)]
pub struct Object(String);

impl Object {
    /// A member whose value is JSON already.
    pub fn value(&mut self, key: &str, json: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
        self.0.push_str(json);
    }

    /// A member whose value is JSON already, if there is one.
    pub fn some(&mut self, key: &str, json: Option<String>) {
        if let Some(json) = json {
            self.value(key, &json);
        }
    }

    pub fn text(&mut self, key: &str, text: &str) {
        self.value(key, &quoted(text));
    }

    pub fn some_text(&mut self, key: &str, text: Option<&str>) {
        self.some(key, text.map(quoted));
    }

    /// `true`, or nothing.
    pub fn flag(&mut self, key: &str, on: bool) {
        if on {
            self.value(key, "true");
        }
    }

    /// A list, unless it is empty.
    pub fn list<T>(&mut self, key: &str, items: &[T], json: impl Fn(&T) -> String) {
        if !items.is_empty() {
            self.value(key, &list(items, json));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The object.
    pub fn end(self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// A JSON array.
pub fn list<T>(items: &[T], json: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(json).collect();
    format!("[{}]", items.join(","))
}

/// A JSON string.
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            plain => json.push(plain),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_json() {
        assert_eq!(quoted("a \"b\" \\ c\n\t\u{1f}ü"), r#""a \"b\" \\ c\n\u0009\u001fü""#);
    }

    #[test]
    fn what_is_empty_or_off_is_left_out() {
        let mut object = Object::default();
        object.flag("off", false);
        object.some_text("nothing", None);
        object.list("none", &[] as &[u8], u8::to_string);
        assert!(object.is_empty());
        object.flag("on", true);
        object.text("name", "a");
        object.list("some", &[1, 2], u8::to_string);
        assert_eq!(object.end(), r#"{"on":true,"name":"a","some":[1,2]}"#);
    }
}
