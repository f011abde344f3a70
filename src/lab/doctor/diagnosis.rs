//! What the doctor says.
use crate::language::Language;
use crate::notebook;
use crate::picture::{Figure, escape};
use crate::words;
use std::fmt::{self, Write};

/// What a network can suffer from, the cause before what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ailment {
    /// A variable holds NaN or an infinite number.
    NotFinite,
    /// The step changes no variable of `y`.
    OtherNet,
    /// All training examples are of one class.
    OneClass,
    /// The labels of a set stand some places away from their images.
    ShiftedLabels,
    /// The labels of a set cannot be read from its images.
    UnrelatedLabels,
    /// What is one class in the training is another in the exam.
    RenamedClasses,
    /// The images of the exam are of another kind than those of the training.
    OtherInputs,
    /// The scores go through a softmax or an activation before the softmax of the loss.
    ScoresAreBent,
    /// A smaller loss makes the right class less probable.
    LossUpsideDown,
    /// The neurons of a hidden layer are all the same.
    Symmetric,
    /// The inputs are far larger or smaller than 1.
    Unscaled,
    /// The initial weights are too large.
    StartTooLarge,
    /// The initial weights are too small: the signal dies on its way.
    StartTooSmall,
    /// The gradient of the first layer is a small part of that of the last one.
    VanishingGradient,
    /// Most outputs of a layer of sigmoid or tanh lie where these are flat.
    Saturated,
    /// Most neurons of a layer of ReLU are 0 for all images.
    DeadRelu,
    /// A smaller learning rate teaches the net more.
    RateTooHigh,
    /// A far larger learning rate teaches the net more.
    RateTooLow,
    /// Layers follow upon one another without activation.
    NoActivation,
    /// The net has forgotten most classes: it was fed one after the other.
    NotShuffled,
    /// The same steps with batches of the same set teach a new net more than this one knows.
    FedOtherwise,
    /// No better than guessing, for none of the other reasons.
    Stuck,
    /// In the exam, the answer for an image depends on the others of its batch.
    ExamByBatch,
    /// In the exam, the answer for an image changes from run to run.
    DropoutInExam,
    /// The moving averages are still 0.
    AveragesNotUpdated,
    /// Far better with the training images than with others.
    Overfitting,
}

/// One of the things that ail a network.
#[derive(Clone)]
pub struct Finding {
    /// Which ailment it is, for a program.
    pub ailment: Ailment,
    /// What ails the network.
    pub name: String,
    /// How one sees it, with the numbers.
    pub seen: String,
    /// What to do.
    pub treatment: String,
    /// The title of the lesson that treats it, and its notebook.
    pub lesson: [&'static str; 2],
    /// The picture that shows it.
    pub figure: Figure,
}

/// What [`diagnose`](super::diagnose) found. As the last expression of a cell it shows its text and its figures; printed, the
/// text.
#[derive(Clone)]
pub struct Diagnosis {
    pub(super) language: Language,
    /// What was measured, and what could not be.
    pub(super) summary: String,
    pub(super) findings: Vec<Finding>,
}

impl Diagnosis {
    /// What ails the network, the cause first; empty for a healthy one.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Text and figures as a part of a web page.
    pub fn html(&self) -> String {
        let mut html = format!("<div class=\"digitos-diagnosis\"><p>{}</p>", escape(&self.summary));
        for Finding { name, seen, treatment, lesson: [title, file], figure, .. } in &self.findings {
            let [name, text, title] = [name, &format!("{seen} {treatment}"), *title].map(escape);
            let link = format!("<a href=\"{file}\">{title}</a>");
            let _ = write!(html, "\n<p><strong>{name}</strong></p>\n<p>{text} {link}</p>\n{}", figure.html());
        }
        html + "</div>"
    }

    /// Shows it in a notebook: the kernel calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        notebook::show("text/html", &self.html());
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)?;
        let lesson = self.language.words::<words::Doctor>().lesson;
        for Finding { name, seen, treatment, lesson: [title, _], .. } in &self.findings {
            write!(f, "\n\n{name}. {seen} {treatment} {lesson}: {title}.")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found: Vec<Ailment> = self.findings.iter().map(|finding| finding.ailment).collect();
        write!(f, "Diagnosis {found:?}")
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finding ({:?}: {})", self.ailment, self.seen)
    }
}
