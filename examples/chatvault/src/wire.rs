//! How providers want to be asked, and how they answer: the two forms that there are.

use serde_json::{Value, json};

use crate::catalog::{Model, Tokens};
use crate::message::Message;

/// A form of requests and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Server-sent events, and tokens in the last but one if they are asked for.
    OpenAi,
    /// A JSON object a line, tokens in the last.
    Ollama,
}

/// A line of a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The next piece of the answer.
    pub(crate) text: String,
    /// What the provider has counted.
    pub(crate) tokens: Option<Tokens>,
    /// Whether it is the last.
    pub(crate) is_last: bool,
}

impl Form {
    /// The path to send to.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::OpenAi => "/v1/chat/completions",
            Self::Ollama => "/api/chat",
        }
    }

    /// The body to send.
    pub(crate) fn body(self, model: Model, messages: &[Message], stream: bool) -> String {
        let mut body = json!({"model": model.name(), "messages": messages, "stream": stream});
        if stream && self == Self::OpenAi {
            body["stream_options"] = json!({"include_usage": true});
        }
        body.to_string()
    }

    /// Text and tokens of a whole answer; `None` where it is none.
    pub(crate) fn read_whole(self, body: &str) -> Option<(String, Tokens)> {
        let body: Value = serde_json::from_str(body).ok()?;
        let text = match self {
            Self::OpenAi => &body["choices"][0]["message"]["content"],
            Self::Ollama => &body["message"]["content"],
        };
        Some((text.as_str()?.to_owned(), self.tokens(&body)?))
    }

    /// What a line of a stream says; `None` where it can't be read.
    pub(crate) fn read_line(self, line: &str) -> Option<Line> {
        match self {
            Self::OpenAi => {
                let Some(data) = line.strip_prefix("data:").map(str::trim) else { return Some(Line::default()) };
                if data == "[DONE]" {
                    return Some(Line { is_last: true, ..Line::default() });
                }
                let data: Value = serde_json::from_str(data).ok()?;
                let text = data["choices"][0]["delta"]["content"].as_str().unwrap_or_default();
                Some(Line { text: text.to_owned(), tokens: self.tokens(&data), is_last: false })
            }
            Self::Ollama if line.is_empty() => Some(Line::default()),
            Self::Ollama => {
                let data: Value = serde_json::from_str(line).ok()?;
                let text = data["message"]["content"].as_str()?.to_owned();
                Some(Line { text, tokens: self.tokens(&data), is_last: data["done"] == true })
            }
        }
    }

    fn tokens(self, data: &Value) -> Option<Tokens> {
        let (input, output) = match self {
            Self::OpenAi => (&data["usage"]["prompt_tokens"], &data["usage"]["completion_tokens"]),
            Self::Ollama => (&data["prompt_eval_count"], &data["eval_count"]),
        };
        let count = |value: &Value| u32::try_from(value.as_u64()?).ok();
        Some(Tokens { input: count(input)?, output: count(output)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_both_forms_are_read() {
        let line = |text: &str, tokens, is_last| Line { text: text.to_owned(), tokens, is_last };
        let tokens = Some(Tokens { input: 3, output: 5 });
        for (form, text, expected) in [
            (Form::OpenAi, "", Line::default()),
            (Form::OpenAi, ": a comment", Line::default()),
            (Form::OpenAi, r#"data: {"choices":[{"delta":{"content":"Hi "}}]}"#, line("Hi ", None, false)),
            (
                Form::OpenAi,
                r#"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}"#,
                line("", tokens, false),
            ),
            (Form::OpenAi, "data: [DONE]", line("", None, true)),
            (Form::Ollama, r#"{"message":{"content":"Hi "},"done":false}"#, line("Hi ", None, false)),
            (
                Form::Ollama,
                r#"{"message":{"content":""},"done":true,"prompt_eval_count":3,"eval_count":5}"#,
                line("", tokens, true),
            ),
        ] {
            assert_eq!(form.read_line(text), Some(expected), "{text}");
        }
        assert_eq!(Form::OpenAi.read_line("data: {"), None);
        assert_eq!(Form::Ollama.read_line("<html>"), None);
    }
}
