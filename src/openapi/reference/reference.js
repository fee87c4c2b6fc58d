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
            element('h2', {className: 'part'}, ready ? 'Operations' : 'Loading the contract'),
            ready && shown('AuthorizeBtnContainer'),
            errSelectors.allErrors().size > 0 && shown('errors'),
            ready && shown('operations'),
            ready && shown('Models')));
      },
      /** Swagger UI's own says that the certificate is required. Here it is one way of several. */
      MutualTLSAuth: ({schema, name, getComponent}) => element('div', null,
        element('h4', null, element('code', null, name), ' (mutualTLS)'),
        element(getComponent('Markdown', true), {source: schema.get('description')}),
        element('p', null, 'The browser sends it. There is nothing to enter here.')),
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
  for (const dialog of within.querySelectorAll('.dialog-ux .modal-ux:not([role])')) {
    dialog.setAttribute('role', 'dialog');
    dialog.setAttribute('aria-modal', 'true');
    dialog.setAttribute('aria-label', dialog.querySelector('h3').textContent);
    dialog.querySelector('.close-modal').setAttribute('aria-label', 'Close');
    dialog.querySelector('input, button.btn')?.focus();
  }
  // What can be read beside them is a better name than theirs.
  for (const control of within.querySelectorAll('.auth-container input[id][aria-label], .auth-btn-wrapper button[aria-label]')) {
    control.removeAttribute('aria-label');
  }
  for (const heading of within.querySelectorAll('.auth-container h6:not([aria-level])')) heading.setAttribute('aria-level', '5');
  // What may be too wide scrolls by itself, and so has to be reached by the keyboard.
  for (const block of within.querySelectorAll('pre:not([tabindex])')) block.tabIndex = 0;
}

const page = document.querySelector('#reference');
new MutationObserver(() => nameControls(page)).observe(page, {childList: true, subtree: true});
document.addEventListener('keydown', ({key}) => key === 'Escape' && document.querySelector('.close-modal')?.click());

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
