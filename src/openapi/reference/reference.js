// Shows the server's own contract. Nothing is loaded from elsewhere, and nothing is sent elsewhere.

/** Swagger UI with one main landmark, headings in order, and names for what it leaves without one. */
function accessible({React: {createElement: element}}) {
  return {
    components: {
      /** As Swagger UI's own layout, of which only what a contract of Weir's has; its header is outside of main. */
      ReferenceLayout({getComponent, errSelectors, specSelectors}) {
        const shown = (name) => element(getComponent(name, true));
        const ready = specSelectors.loadingStatus() === 'success';
        return element('div', {className: 'swagger-ui'},
          shown('SvgAssets'),
          ready && element('header', {className: 'information-container wrapper'}, shown('InfoContainer')),
          element('main', {id: 'operations', className: 'wrapper'},
            ready && shown('AuthorizeBtnContainer'),
            element('h2', {className: 'part'}, ready ? 'Operations' : 'Loading the contract'),
            errSelectors.allErrors().size > 0 && shown('errors'),
            ready && shown('operations'),
            ready && shown('Models')));
      },
    },
    wrapComponents: {
      // A link within the button that opens an operation: a control within a control. The button sets the address too.
      DeepLink: () => ({text}) => element('span', null, text),
      TextArea: (Original) => (props) => element(Original, {'aria-label': 'Body of the request', ...props}),
    },
  };
}

/** Names the controls and tables to which Swagger UI gives none. */
function nameControls(within) {
  for (const control of within.querySelectorAll('select:not([aria-label]), input:not([aria-label])')) {
    if (control.labels?.length) continue;
    const parameter = control.closest('tr[data-param-name]')?.dataset.paramName;
    control.setAttribute('aria-label', parameter ?? (control.matches('.examples-select-element') ? 'Example' : 'Value'));
  }
  for (const table of within.querySelectorAll('table[role="region"]:not([aria-label])')) {
    table.setAttribute('aria-label', `Responses of ${table.id}`);
  }
  // What may be too wide scrolls by itself, and so has to be reached by the keyboard.
  for (const block of within.querySelectorAll('pre:not([tabindex])')) block.tabIndex = 0;
}

const page = document.querySelector('#reference');
new MutationObserver(() => nameControls(page)).observe(page, {childList: true, subtree: true});

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [accessible],
  layout: "ReferenceLayout",
  validatorUrl: null,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  tryItOutEnabled: true,
});
