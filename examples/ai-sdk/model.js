/** A simulated model: it types an answer word by word. */

import { MockLanguageModelV3 } from "ai/test";

const WORD_MILLIS = Number(process.env.WORD_MILLIS ?? 120);
const NONE = { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0, text: 0, reasoning: 0 };

function* words(question) {
  yield `You asked: ${question}. `;
  for (let n = 1; n <= 60; n++) {
    yield `word ${n}, `;
  }
  yield "and that is the end.";
}

const pause = millis => new Promise(resolve => setTimeout(resolve, millis));

/** Types until it is finished or aborted. */
async function* typed(question, signal) {
  yield { type: "stream-start", warnings: [] };
  yield { type: "text-start", id: "answer" };
  for (const delta of words(question)) {
    if (signal?.aborted) {
      return;
    }
    yield { type: "text-delta", id: "answer", delta };
    await pause(WORD_MILLIS);
  }
  yield { type: "text-end", id: "answer" };
  yield { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage: { inputTokens: NONE, outputTokens: NONE } };
}

export const model = new MockLanguageModelV3({
  doStream: async ({ prompt, abortSignal }) => {
    const last = prompt.at(-1).content.map(part => part.text ?? "").join("");
    return { stream: ReadableStream.from(typed(last, abortSignal)) };
  },
});
