//! What the tests of all pictures share.
use super::palette;

/// Every tag is closed, nothing is infinite or no number, and every colour has a dark counterpart.
pub fn well_formed(svg: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '/']).find(|word| !word.is_empty()).unwrap();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) => assert_eq!(open.pop(), Some(name)),
            (false, false) => open.push(name),
            _ => (),
        }
        let numbers = tag.split("base64,").next().unwrap();
        assert!(!["NaN", "inf", "width=\"-", "height=\"-"].iter().any(|bad| numbers.contains(bad)), "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    let style = palette::dark_style();
    for attribute in
        svg.split(['\n', ' ']).filter(|word| word.starts_with("fill=\"#") || word.starts_with("stroke=\"#"))
    {
        let rule = &attribute[..attribute.rfind('"').unwrap() + 1];
        let dark = format!("[{rule}]");
        assert!(style.contains(&dark) || svg.contains(&dark), "{rule} has no dark colour");
    }
}
