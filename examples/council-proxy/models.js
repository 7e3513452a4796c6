/** Simulated models; replace them with calls of the providers. */

const WORD_MILLIS = Number(process.env.WORD_MILLIS ?? 50);

async function* typed(text) {
  for (const word of text.split(" ")) {
    await new Promise(resolve => setTimeout(resolve, WORD_MILLIS));
    yield `${word} `;
  }
}

export const models = {
  openai: question => typed(`As to "${question}": it is a collapsed core.`),
  mistral: question => typed(`You ask "${question}". It is dense, and it spins.`),
};
