// A role with a password of its own, for clients that cannot renew a token.
import { whatHappened } from "./advice.js";
import { announce } from "./announce.js";
import { confirm } from "./confirm.js";
import { copyButton } from "./copy.js";
import { h, newId, setHidden, setText } from "./dom.js";
import { icon } from "./icons.js";
import { createRoleStatement, generatePassword } from "./lakebase.js";
import { problem } from "./problem.js";
import { secretField } from "./secret-field.js";

/** Of an endpoint, native login is set for its project; this page cannot. */
const OF_PROJECT = new Map([
  [true, "Native login is on for the project: roles may log in with their passwords."],
  [false, "Native login is off for the project: the role can be made, but cannot log in before somebody turns it on in the workspace."],
  [undefined, "Whether roles may log in with passwords is a setting of the project, in the workspace."],
]);

export function nativeRoleCard(database, { workspace, signIn, onChanged }) {
  const heading = newId("native");
  const trouble = h("div", { class: "trouble" });

  // Native login of the instance.
  const switchId = newId("native-login");
  const login = h("input", { type: "checkbox", role: "switch", id: switchId, "aria-describedby": `${switchId}-hint`, onclick: ask });
  const loginHint = h("p", { class: "hint", id: `${switchId}-hint` });
  const loginField = h(
    "div",
    { class: "native-login" },
    h("label", { class: "switch", for: switchId }, login, h("span", {}, "Native login")),
    loginHint,
  );
  let setting = false;

  async function ask(event) {
    // The switch shows what the workspace says, not what was wished.
    event.preventDefault();
    if (setting) return;
    const on = database.nativeLogin !== true;
    const sure = await confirm({
      title: on ? `Turn native login on for ${database.title}?` : `Turn native login off for ${database.title}?`,
      text: on
        ? "Then Postgres roles can log in with passwords of their own, which do not expire within the hour. Logins with tokens stay as they are."
        : "Then roles with passwords can no longer log in. Their open connections stay, and logins with tokens too.",
      yes: on ? "Turn on" : "Turn off",
      tone: on ? "primary" : "danger",
    });
    if (sure) await set(on);
    login.focus();
  }

  async function set(on) {
    setting = true;
    trouble.replaceChildren();
    update();
    try {
      await workspace.setNativeLogin(database.name, on);
      database = { ...database, nativeLogin: on };
      announce(`Native login is ${on ? "on" : "off"}`);
      onChanged();
    } catch (error) {
      trouble.replaceChildren(problem(error, { retry: () => set(on), signIn }));
    } finally {
      setting = false;
      update();
    }
  }

  // The role.
  const roleId = newId("role");
  const role = h("input", {
    id: roleId,
    type: "text",
    required: true,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: "app_reader",
    "aria-describedby": `${roleId}-problem`,
    oninput: () => complain(""),
  });
  const complaint = h("p", { class: "field-problem", id: `${roleId}-problem` });
  const form = h(
    "form",
    { class: "role-form", onsubmit: make, novalidate: true },
    h(
      "div",
      { class: "field-row end" },
      h("div", { class: "field grow" }, h("label", { for: roleId }, "Role name"), role),
      h("button", { type: "submit" }, icon("key"), "Create statement"),
    ),
    complaint,
  );
  const made = h("div", { class: "made", hidden: true, tabindex: "-1", role: "group", "aria-label": "The new role" });

  function complain(text) {
    setText(complaint, text);
    if (text) role.setAttribute("aria-invalid", "true");
    else role.removeAttribute("aria-invalid");
  }

  function make(event) {
    event.preventDefault();
    let password = generatePassword();
    let statement;
    try {
      statement = createRoleStatement(role.value.trim(), password);
    } catch (error) {
      complain(whatHappened(error).replace("`role`", "The name"));
      role.focus();
      return;
    }
    const shownOnce = secretField({ what: "password", read: () => password, canHide: false });
    shownOnce.show(true);
    const forget = () => {
      password = undefined;
      statement = undefined;
      made.replaceChildren();
      setHidden(true, made);
      setHidden(false, form);
      role.value = "";
      role.focus();
      announce("The password is forgotten");
    };
    made.replaceChildren(
      h("h4", {}, "Password of ", h("span", { class: "name" }, role.value.trim())),
      h("p", { class: "hint strong" }, "Shown this once. Keep it where your client reads it: nobody can show it again."),
      shownOnce.element,
      h("h4", {}, "Statement"),
      h("p", { class: "hint" }, "Run it as yourself, with psql for example, and grant the role what it needs. It holds the password."),
      h(
        "div",
        { class: "statement" },
        h("pre", { class: "code", tabindex: "0", role: "region", "aria-label": "Statement", translate: "no" }, statement),
        copyButton({ what: "statement", text: () => statement }),
      ),
      h("div", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: forget }, "Done, forget the password")),
    );
    setHidden(true, form);
    setHidden(false, made);
    made.focus();
    announce("The statement and its password are there. They are shown this once.");
  }

  const element = h(
    "section",
    { class: "card native-card", "aria-labelledby": heading },
    h("h3", { id: heading }, "Native role"),
    h("p", { class: "lead" }, "For clients that cannot renew a token: a Postgres role with a password of its own."),
    loginField,
    trouble,
    form,
    made,
  );

  function update() {
    const { kind, nativeLogin } = database;
    const canSet = kind === "instance" && nativeLogin !== undefined;
    setHidden(!canSet, login.parentElement);
    login.checked = nativeLogin === true;
    login.setAttribute("aria-busy", String(setting));
    setText(
      loginHint,
      !canSet
        ? OF_PROJECT.get(nativeLogin)
        : setting
          ? "The workspace is changing it …"
          : nativeLogin
            ? "On: roles may log in with their passwords."
            : "Off: the role can be made, but cannot log in before this is on.",
    );
  }
  update();

  return {
    element,
    update(described) {
      if (setting) return;
      database = described;
      update();
    },
    stop: () => made.replaceChildren(),
  };
}
