export * from "lit/directives/ref.js";
