"use strict";
// Shows the APIs named in the page; the bar at the top chooses between them.
const apis = JSON.parse(document.getElementById("apis").dataset.apis);
SwaggerUIBundle({
  dom_id: "#apis",
  urls: apis,
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
});
