import { playSnippets } from "./play.js";
import { README, ROOT } from "./readme.js";

playSnippets("README.md", ROOT);
playSnippets("pkg-template/README.md", README);
