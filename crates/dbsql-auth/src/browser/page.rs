//! The pages shown at the end of a sign-in: fixed texts, nothing of the request.

/// A page for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) status: u16,
    reason: &'static str,
    title: &'static str,
    text: &'static str,
}

pub(super) const RETURNED: Page = Page {
    status: 200,
    reason: "OK",
    title: "You can close this page",
    text: "The sign-in in the browser is complete. Return to the program that opened this page; it \
           reports any further problem.",
};

pub(super) const REFUSED: Page = Page {
    status: 200,
    reason: "OK",
    title: "You are not signed in",
    text: "The sign-in was denied. Return to the program that opened this page for the reason.",
};

pub(super) const OTHER_SIGN_IN: Page = Page {
    status: 403,
    reason: "Forbidden",
    title: "This sign-in was not started here",
    text: "Nothing was changed. Use the page that the program opened last, or start the sign-in again.",
};

pub(super) const NOT_A_RETURN: Page = Page {
    status: 400,
    reason: "Bad Request",
    title: "This is not a sign-in redirect",
    text: "Nothing was changed. A program on this machine is waiting here for a browser sign-in to complete.",
};

pub(super) const NOT_FOUND: Page = Page {
    status: 404,
    reason: "Not Found",
    title: "Page not found",
    text: "A program on this machine is waiting here for a browser sign-in to complete.",
};

pub(super) const WRONG_HOST: Page = Page {
    status: 421,
    reason: "Misdirected Request",
    title: "Unknown host",
    text: "Nothing was changed.",
};

pub(super) const ONLY_GET: Page = Page {
    status: 405,
    reason: "Method Not Allowed",
    title: "Method not allowed",
    text: "Nothing was changed.",
};

impl Page {
    /// Returns the whole response. The page loads nothing, runs nothing and is not cached: its URL
    /// contains the code.
    pub(super) fn response(&self) -> Vec<u8> {
        let Self { status, reason, title, text } = self;
        let body = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\
             <link rel=\"icon\" href=\"data:,\"></head>\n<body><h1>{title}</h1><p>{text}</p></body>\n\
             </html>\n"
        );
        let length = body.len();
        let allow = if *status == 405 { "allow: GET\r\n" } else { "" };
        format!(
            "HTTP/1.1 {status} {reason}\r\ncontent-type: text/html; charset=utf-8\r\n\
             content-length: {length}\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
             content-security-policy: default-src 'none'; img-src data:; frame-ancestors 'none'\r\n\
             x-content-type-options: nosniff\r\n{allow}connection: close\r\n\r\n{body}"
        )
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_static_and_not_cached() {
        for page in
            [RETURNED, REFUSED, OTHER_SIGN_IN, NOT_A_RETURN, NOT_FOUND, WRONG_HOST, ONLY_GET]
        {
            let response = String::from_utf8(page.response()).expect("text");
            let (head, body) = response.split_once("\r\n\r\n").expect("a head and a body");
            assert!(head.contains("cache-control: no-store"), "{head}");
            assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
            assert!(body.contains("<h1>") && !body.contains("<script"), "{body}");
        }
    }
}
