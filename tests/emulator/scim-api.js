/** `/api/2.0/preview/scim/v2/Me`: who the caller is. */
export function scimApi({ directory, workspace }) {
  return {
    me({ subject }) {
      const { userName, displayName, kind } = directory.identity(subject);
      return {
        json: {
          schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
          id: String(7000000000000000 + (hash(userName) % 1000000)),
          userName,
          displayName,
          active: true,
          ...(kind === "user" ? { emails: [{ type: "work", value: userName, primary: true }] } : { applicationId: userName }),
          meta: { resourceType: "User", location: `${workspace.url}/api/2.0/preview/scim/v2/Me` },
        },
      };
    },
  };
}

const hash = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2147483647, 7);
