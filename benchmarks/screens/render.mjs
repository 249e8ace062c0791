// Turns payloads.json into one HTML page per screen: node render.mjs OUTPUT_FOLDER
// The blocks are drawn by slack-blocks-to-jsx; the room between them and the frames of Home and modals are our sketch.
import { readFileSync, writeFileSync } from "node:fs";
import { createElement as h } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

const folder = process.argv[2];
const css = readFileSync(new URL("node_modules/slack-blocks-to-jsx/dist/style.css", import.meta.url), "utf8");
const time = new Date("2026-11-23T13:54:00");
const face = (color, letter) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="36" height="36"><rect width="36" height="36" rx="8" fill="${color}"/>` +
      `<text x="18" y="25" font-family="sans-serif" font-size="18" fill="white" text-anchor="middle">${letter}</text></svg>`,
  )}`;

const draw = (blocks, extra = {}) =>
  renderToStaticMarkup(h(Message, { blocks, logo: face("#1d3557", "E"), name: "Event Reports", time, theme: "light", ...extra }));
const text = (value) => value.replace(/&/g, "&amp;").replace(/</g, "&lt;");

function frame(screen) {
  if (screen.kind === "message") {
    const asked = [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: screen.asked }] }];
    const question = screen.asked.length ? draw(asked, { name: "Mika", logo: face("#b5534a", "M") }) : "";
    // The library takes everybody for an app.
    return `<section>${question.replace(/<[^<>]*>APP<[^<>]*>/, "")}</section><section>${draw(screen.blocks)}</section>`;
  }
  const body = draw(screen.view.blocks, { withoutWrapper: true });
  if (screen.kind === "home") return `<div class="tabs"><b>Home</b> <span>Messages</span> <span>About</span></div>${body}`;
  const { title, close, submit } = screen.view;
  const button = (one, style) => (one ? `<span class="foot ${style}">${text(one.text)}</span>` : "");
  return `<div class="modal"><h1>${text(title.text)}</h1>${body}<p class="end">${button(close, "")}${button(submit, "submit")}</p></div>`;
}

for (const screen of JSON.parse(readFileSync(`${folder}/payloads.json`, "utf8"))) {
  writeFileSync(
    `${folder}/${screen.name}.html`,
    `<!doctype html><meta charset="utf-8"><style>${css}</style><style>
      html { color-scheme: light } body { margin: 0; box-sizing: border-box; padding: 16px; width: ${screen.width}px; background: white }
      body, body * { font-family: "Lato", "Noto Sans", "Noto Sans CJK JP", sans-serif !important }
      pre, pre *, code, code * { font-family: "DejaVu Sans Mono", "Noto Sans Mono CJK JP", monospace !important }
      .slack_blocks_to_jsx--block_wrapper { margin: 6px 0 } body > section { margin-bottom: 12px }
      .tabs { border-bottom: 1px solid #ddd; padding-bottom: 8px; margin-bottom: 12px } .tabs span { color: #666; margin-left: 16px }
      .modal { border: 1px solid #ccc; border-radius: 10px; padding: 16px 20px; box-shadow: 0 4px 18px #0003 }
      .modal h1 { font-size: 20px; font-weight: 800; margin: 0 0 12px } .modal .end { text-align: right; margin: 16px 0 0 }
      .foot { border: 1px solid #bbb; border-radius: 6px; padding: 6px 14px; font-weight: 700; font-size: 14px; margin-left: 8px }
      .submit { background: #007a5a; border-color: #007a5a; color: white }
    </style><body>${frame(screen)}<script>document.title = "height " + document.body.offsetHeight</script>`,
  );
}
