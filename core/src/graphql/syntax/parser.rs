//! Executable documents (specification, appendix C): one function for each rule of the grammar.

use async_graphql::parser::types::{BaseType, OperationType, Type};
use async_graphql::{Name, Pos};

use crate::graphql::syntax::ast::{
    Argument, Directive, Document, Field, Fragment, InlineFragment, Literal, Operation, Selection,
    SelectionSet, Spread, Value, Variable, Word,
};
use crate::graphql::syntax::lexer::{LexError, Lexer, Token};

/// How large a document may be.
#[derive(Debug, Clone, Copy)]
pub(in crate::graphql) struct SyntaxLimits {
    pub(in crate::graphql) tokens: usize,
    /// Brackets open at once; as deep does the parser recurse.
    pub(in crate::graphql) nesting: usize,
    /// Characters of a name.
    pub(in crate::graphql) name: usize,
}

/// Why a text is no document.
#[derive(Debug)]
pub(in crate::graphql) enum SyntaxError {
    Wrong { message: String, pos: Pos },
    TooManyTokens,
    LongName,
    TooDeep,
}

type Parsed<T> = Result<T, SyntaxError>;

impl From<LexError> for SyntaxError {
    fn from((message, pos): LexError) -> Self {
        Self::Wrong { message, pos }
    }
}

/// Parses an executable document.
///
/// # Errors
/// [`SyntaxError`] when the text does not follow the grammar or is too large.
pub(in crate::graphql) fn parse(text: &str, limits: SyntaxLimits) -> Parsed<Document<'_>> {
    let start = Pos { line: 1, column: 1 };
    let lexer = Lexer::new(text);
    let mut parser = Parser { lexer, token: Token::End, pos: start, tokens: 0, open: 0, limits };
    parser.advance()?;
    let mut document = Document::default();
    loop {
        parser.definition(&mut document)?;
        if parser.token == Token::End {
            return Ok(document);
        }
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// What comes next, and where it starts.
    token: Token<'a>,
    pos: Pos,
    tokens: usize,
    open: usize,
    limits: SyntaxLimits,
}

/// Whether a value may have variables in it.
#[derive(Clone, Copy, PartialEq)]
enum Variables {
    Allowed,
    /// In what is constant: defaults, and directives on variables.
    Refused,
}

impl<'a> Parser<'a> {
    /// Takes the token.
    fn advance(&mut self) -> Parsed<Token<'a>> {
        let (next, pos) = self.lexer.next()?;
        self.tokens += 1;
        if self.tokens > self.limits.tokens {
            return Err(SyntaxError::TooManyTokens);
        }
        match next {
            Token::Name(name) if name.len() > self.limits.name => return Err(SyntaxError::LongName),
            Token::Sign('(' | '[' | '{') => self.open += 1,
            Token::Sign(')' | ']' | '}') => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        if self.open > self.limits.nesting {
            return Err(SyntaxError::TooDeep);
        }
        self.pos = pos;
        Ok(std::mem::replace(&mut self.token, next))
    }

    fn expected(&self, what: &str) -> SyntaxError {
        SyntaxError::Wrong { message: format!("expected {what}, found {}", self.token), pos: self.pos }
    }

    fn wrong(&self, message: &str) -> SyntaxError {
        SyntaxError::Wrong { message: message.to_owned(), pos: self.pos }
    }

    fn takes(&mut self, sign: char) -> Parsed<bool> {
        let takes = self.token == Token::Sign(sign);
        if takes {
            self.advance()?;
        }
        Ok(takes)
    }

    fn sign(&mut self, sign: char) -> Parsed<()> {
        if self.takes(sign)? { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    fn name(&mut self) -> Parsed<Word<'a>> {
        let Token::Name(text) = self.token else {
            return Err(self.expected("a name"));
        };
        let pos = self.pos;
        self.advance()?;
        Ok(Word { text, pos })
    }

    fn keyword(&mut self, keyword: &str) -> Parsed<()> {
        if self.token != Token::Name(keyword) {
            return Err(self.expected(&format!("`{keyword}`")));
        }
        self.advance()?;
        Ok(())
    }

    /// At least one of something between two brackets; none without the first.
    fn between<T>(
        &mut self,
        open: char,
        close: char,
        mut one: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut found = Vec::new();
        if self.takes(open)? {
            found.push(one(self)?);
            while !self.takes(close)? {
                found.push(one(self)?);
            }
        }
        Ok(found)
    }

    /// A description, which says nothing to a server.
    fn description(&mut self) -> Parsed<bool> {
        let described = matches!(self.token, Token::String { .. });
        if described {
            self.advance()?;
        }
        Ok(described)
    }

    fn definition(&mut self, document: &mut Document<'a>) -> Parsed<()> {
        let pos = self.pos;
        let described = self.description()?;
        if self.token == Token::Sign('{') {
            if described {
                return Err(self.wrong("an operation without a keyword has no description"));
            }
            let selections = self.selection_set()?;
            document.operations.push(Operation {
                pos,
                ty: OperationType::Query,
                name: None,
                variables: Vec::new(),
                directives: Vec::new(),
                selections,
            });
            return Ok(());
        }
        let ty = match self.token {
            Token::Name("query") => OperationType::Query,
            Token::Name("mutation") => OperationType::Mutation,
            Token::Name("subscription") => OperationType::Subscription,
            Token::Name("fragment") => {
                document.fragments.push(self.fragment(pos)?);
                return Ok(());
            }
            _ => return Err(self.expected("an operation or a fragment")),
        };
        document.operations.push(self.operation(pos, ty)?);
        Ok(())
    }

    fn operation(&mut self, pos: Pos, ty: OperationType) -> Parsed<Operation<'a>> {
        self.advance()?;
        let name = if matches!(self.token, Token::Name(_)) { Some(self.name()?) } else { None };
        Ok(Operation {
            pos,
            ty,
            name,
            variables: self.between('(', ')', Self::variable_definition)?,
            directives: self.directives(Variables::Allowed)?,
            selections: self.selection_set()?,
        })
    }

    fn fragment(&mut self, pos: Pos) -> Parsed<Fragment<'a>> {
        self.advance()?;
        if self.token == Token::Name("on") {
            return Err(self.wrong("a fragment cannot be called `on`"));
        }
        let name = self.name()?;
        self.keyword("on")?;
        Ok(Fragment {
            pos,
            name,
            on: self.name()?,
            directives: self.directives(Variables::Allowed)?,
            selections: self.selection_set()?,
        })
    }

    fn variable_definition(&mut self) -> Parsed<Variable<'a>> {
        self.description()?;
        self.sign('$')?;
        let name = self.name()?;
        self.sign(':')?;
        let ty_pos = self.pos;
        Ok(Variable {
            name,
            ty: self.ty()?,
            ty_pos,
            default: if self.takes('=')? { Some(self.value(Variables::Refused)?) } else { None },
            directives: self.directives(Variables::Refused)?,
        })
    }

    fn ty(&mut self) -> Parsed<Type> {
        let base = if self.takes('[')? {
            let element = self.ty()?;
            self.sign(']')?;
            BaseType::List(Box::new(element))
        } else {
            BaseType::Named(Name::new(self.name()?.text))
        };
        Ok(Type { base, nullable: !self.takes('!')? })
    }

    fn selection_set(&mut self) -> Parsed<SelectionSet<'a>> {
        let pos = self.pos;
        self.sign('{')?;
        let mut items = Vec::new();
        // It may be empty: so say graphql-js 17 and the drafts after September 2025.
        while !self.takes('}')? {
            items.push(self.selection()?);
        }
        Ok(SelectionSet { pos, items })
    }

    fn selection(&mut self) -> Parsed<Selection<'a>> {
        if self.token == Token::Spread { self.spread() } else { Ok(Selection::Field(self.field()?)) }
    }

    fn spread(&mut self) -> Parsed<Selection<'a>> {
        let pos = self.pos;
        self.advance()?;
        let on = self.token == Token::Name("on");
        if on {
            self.advance()?;
        } else if matches!(self.token, Token::Name(_)) {
            let name = self.name()?;
            let directives = self.directives(Variables::Allowed)?;
            return Ok(Selection::Spread(Spread { pos, name, directives }));
        }
        Ok(Selection::Inline(InlineFragment {
            pos,
            on: if on { Some(self.name()?) } else { None },
            directives: self.directives(Variables::Allowed)?,
            selections: self.selection_set()?,
        }))
    }

    fn field(&mut self) -> Parsed<Field<'a>> {
        let pos = self.pos;
        let first = self.name()?;
        let (alias, name) = if self.takes(':')? { (Some(first), self.name()?) } else { (None, first) };
        Ok(Field {
            pos,
            alias,
            name,
            arguments: self.arguments(Variables::Allowed)?,
            directives: self.directives(Variables::Allowed)?,
            selections: if self.token == Token::Sign('{') { Some(self.selection_set()?) } else { None },
        })
    }

    fn arguments(&mut self, variables: Variables) -> Parsed<Vec<Argument<'a>>> {
        self.between('(', ')', |parser| {
            let name = parser.name()?;
            parser.sign(':')?;
            Ok(Argument { name, value: parser.value(variables)? })
        })
    }

    fn directives(&mut self, variables: Variables) -> Parsed<Vec<Directive<'a>>> {
        let mut found = Vec::new();
        loop {
            let pos = self.pos;
            if !self.takes('@')? {
                return Ok(found);
            }
            found.push(Directive { pos, name: self.name()?, arguments: self.arguments(variables)? });
        }
    }

    fn value(&mut self, variables: Variables) -> Parsed<Value<'a>> {
        let pos = self.pos;
        let literal = match &self.token {
            Token::Sign('$') if variables == Variables::Allowed => {
                self.advance()?;
                Literal::Variable(self.name()?.text)
            }
            Token::Sign('$') => return Err(self.wrong("a variable cannot stand in a constant value")),
            Token::Sign('[') => {
                self.advance()?;
                let mut items = Vec::new();
                while !self.takes(']')? {
                    items.push(self.value(variables)?);
                }
                Literal::List(items)
            }
            Token::Sign('{') => {
                self.advance()?;
                let mut members = Vec::new();
                while !self.takes('}')? {
                    let name = self.name()?;
                    self.sign(':')?;
                    members.push((name, self.value(variables)?));
                }
                Literal::Object(members)
            }
            Token::Name(_) | Token::Int(_) | Token::Float(_) | Token::String { .. } => {
                match self.advance()? {
                    Token::Name("null") => Literal::Null,
                    Token::Name(text @ ("true" | "false")) => Literal::Boolean(text == "true"),
                    Token::Int(text) => Literal::Int(text),
                    Token::Float(text) => Literal::Float(text),
                    Token::String { text, block } => Literal::String { text, block },
                    Token::Name(text) => Literal::Enum(text),
                    Token::End | Token::Sign(_) | Token::Spread => return Err(self.expected("a value")),
                }
            }
            Token::End | Token::Sign(_) | Token::Spread => return Err(self.expected("a value")),
        };
        Ok(Value { pos, literal })
    }
}
