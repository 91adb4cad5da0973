/** An error in the shape of the Databricks REST API: `{error_code, message, details}`. */
export class ApiError extends Error {
  constructor(status, errorCode, message, headers) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.headers = headers;
  }

  get json() {
    return {
      error_code: this.errorCode,
      message: this.message,
      // @databricks/sdk-experimental can read no detail without metadata, and then loses the error_code too.
      details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: this.errorCode, domain: "databricks.com", metadata: {} }],
    };
  }
}

/** An error of the token endpoint, RFC 6749: `{error, error_description}`. */
export class OAuthError extends Error {
  constructor(status, error, description) {
    super(description);
    this.status = status;
    this.error = error;
  }

  get json() {
    return { error: this.error, error_description: this.message };
  }
}

export const notFound = (message) => new ApiError(404, "RESOURCE_DOES_NOT_EXIST", message);
export const invalidParameter = (message) => new ApiError(400, "INVALID_PARAMETER_VALUE", message);

const CODES = {
  400: "BAD_REQUEST",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "RESOURCE_CONFLICT",
  413: "REQUEST_TOO_LARGE",
  429: "REQUEST_LIMIT_EXCEEDED",
  500: "INTERNAL_ERROR",
  501: "NOT_IMPLEMENTED",
  503: "TEMPORARILY_UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** The `error_code` that goes with a status when a fault names only the status. */
export const codeOfStatus = (status) => CODES[status] ?? (status >= 500 ? "INTERNAL_ERROR" : "BAD_REQUEST");

const OAUTH_CODES = { 400: "invalid_request", 401: "invalid_client", 403: "access_denied", 429: "temporarily_unavailable" };

/** The same for the token endpoint. */
export const oauthCodeOfStatus = (status) => OAUTH_CODES[status] ?? (status >= 500 ? "temporarily_unavailable" : "invalid_request");
