//! The forms of two providers: what a question looks like, and what comes back.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::text::Reply;

/// A question. The forms agree about what is read of it.
#[derive(Deserialize)]
pub(crate) struct Question {
    pub(crate) model: String,
    pub(crate) messages: Vec<Message>,
    pub(crate) stream: Option<bool>,
    #[serde(default)]
    pub(crate) stream_options: StreamOptions,
}

/// One turn of the talk.
#[derive(Deserialize)]
pub(crate) struct Message {
    pub(crate) content: String,
}

/// What `OpenAI` wants to be told about streams.
#[derive(Default, Deserialize)]
pub(crate) struct StreamOptions {
    #[serde(default)]
    pub(crate) include_usage: bool,
}

/// One provider's form.
pub(crate) struct Wire {
    pub(crate) streams_by_default: bool,
    pub(crate) stream_type: &'static str,
    pub(crate) whole: fn(&Reply) -> Value,
    /// The frames of a stream; whether tokens are among them, some providers want to be told.
    pub(crate) frames: fn(&Reply, bool) -> Vec<String>,
    pub(crate) error: fn(&str) -> Value,
}

pub(crate) const OPENAI: Wire = Wire {
    streams_by_default: false,
    stream_type: "text/event-stream",
    whole: |reply| {
        let message = json!({"role": "assistant", "content": reply.text()});
        json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": reply.model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": openai_usage(reply),
        })
    },
    frames: |reply, include_usage| {
        let chunk = |choices: Value, usage: Option<Value>| {
            let chunk = json!({
                "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": reply.model,
                "choices": choices, "usage": usage,
            });
            format!("data: {chunk}\n\n")
        };
        let delta = |piece| chunk(json!([{"index": 0, "delta": {"content": piece}, "finish_reason": null}]), None);
        let mut frames: Vec<String> = reply.pieces.iter().map(delta).collect();
        frames.push(chunk(json!([{"index": 0, "delta": {}, "finish_reason": "stop"}]), None));
        if include_usage {
            frames.push(chunk(json!([]), Some(openai_usage(reply))));
        }
        frames.push("data: [DONE]\n\n".to_owned());
        frames
    },
    error: |message| json!({"error": {"message": message, "type": "server_error", "code": null}}),
};

fn openai_usage(reply: &Reply) -> Value {
    let total = reply.input_tokens + reply.output_tokens;
    json!({"prompt_tokens": reply.input_tokens, "completion_tokens": reply.output_tokens, "total_tokens": total})
}

pub(crate) const OLLAMA: Wire = Wire {
    streams_by_default: true,
    stream_type: "application/x-ndjson",
    whole: |reply| ollama_last(reply, &reply.text()),
    frames: |reply, _| {
        let piece = |piece: &String| {
            let message = json!({"role": "assistant", "content": piece});
            format!("{}\n", json!({"model": reply.model, "message": message, "done": false}))
        };
        let pieces = reply.pieces.iter().map(piece);
        pieces.chain([format!("{}\n", ollama_last(reply, ""))]).collect()
    },
    error: |message| json!({"error": message}),
};

fn ollama_last(reply: &Reply, text: &str) -> Value {
    json!({
        "model": reply.model, "message": {"role": "assistant", "content": text}, "done": true, "done_reason": "stop",
        "prompt_eval_count": reply.input_tokens, "eval_count": reply.output_tokens,
    })
}
