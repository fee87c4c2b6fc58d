// A whole SDK of the contract: one function an operation.
export default {
  input: './openapi.json',
  output: {path: './generated/sdk', importFileExtension: '.js'},
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
};
